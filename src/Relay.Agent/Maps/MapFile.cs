using Relay.Agent.Commands;
using Relay.Protocol.Map;

namespace Relay.Agent.Maps;

/// <summary>Reads a DERP map from a file or a URL.</summary>
internal static class MapFile
{
    // Tailscale's own map has some 30 KiB.
    private const int MaxSize = 1 << 20;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <exception cref="CommandException">It cannot be had, or is no DERP map; the message says where.</exception>
    internal static async Task<DerpMap> LoadAsync(string origin, CancellationToken stop)
    {
        var json = origin.StartsWith("http://", StringComparison.Ordinal) || origin.StartsWith("https://", StringComparison.Ordinal)
            ? await FetchAsync(origin, stop)
            : await ReadAsync(origin, stop);
        try
        {
            var map = DerpMap.Parse(json);
            return map.Regions.Count > 0 ? map : throw new FormatException("the DERP map has no regions; at least one was expected");
        }
        catch (FormatException e)
        {
            throw CommandException.Config($"{origin}: {e.Message}", e);
        }
    }

    private static async Task<byte[]> ReadAsync(string path, CancellationToken stop)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxSize) throw CommandException.Config($"{path}: {length} bytes; a DERP map has at most {MaxSize}");
            return await File.ReadAllBytesAsync(path, stop);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CommandException.Config($"--map {path}: there is no such file; expected a DERP map in JSON, such as relay map prints", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw CommandException.NoPermission($"--map {path}: this user may not read it", e);
        }
        catch (IOException e)
        {
            throw CommandException.Config($"--map {path}: cannot be read ({e.Message})", e);
        }
    }

    private static async Task<byte[]> FetchAsync(string url, CancellationToken stop)
    {
        try
        {
            using var http = new HttpClient { Timeout = Deadline, MaxResponseContentBufferSize = MaxSize };
            return await http.GetByteArrayAsync(url, stop);
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw CommandException.Unavailable($"--map {url}: cannot be had ({e.Message})", e);
        }
    }
}
