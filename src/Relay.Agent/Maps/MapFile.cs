using Relay.Agent.Commands;
using Relay.Client;
using Relay.Protocol.Map;

namespace Relay.Agent.Maps;

/// <summary>Reads a DERP map from a file or a URL.</summary>
internal static class MapFile
{
    // Tailscale's own map has some 30 KiB.
    private const int MaxSize = 1 << 20;

    private static readonly TimeSpan FetchLimit = TimeSpan.FromSeconds(10);

    /// <exception cref="CommandException">It cannot be had, or is no DERP map; the message says where.</exception>
    internal static async Task<DerpMap> LoadAsync(string origin, TimeProvider time, CancellationToken stop)
    {
        var json = origin.StartsWith("http://", StringComparison.Ordinal) || origin.StartsWith("https://", StringComparison.Ordinal)
            ? await FetchAsync(origin, time, stop)
            : await ReadAsync(origin, stop);
        try
        {
            var map = DerpMap.Parse(json);
            if (map.Regions.Count == 0) throw new FormatException("the DERP map has no regions; at least one was expected");
            if (map.Regions.Values.All(r => r.Nodes.Count == 0))
                throw new FormatException("the DERP map has no nodes; at least one was expected");
            return map;
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

    private static async Task<byte[]> FetchAsync(string url, TimeProvider time, CancellationToken stop)
    {
        try
        {
            using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxSize };
            using var limit = new Deadline(FetchLimit, time, stop);
            return await http.GetByteArrayAsync(url, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException
            || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw CommandException.Unavailable($"--map {url}: cannot be had ({e.Message})", e);
        }
    }
}
