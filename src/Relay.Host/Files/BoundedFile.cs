using Relay.Host.Failures;

namespace Relay.Host.Files;

/// <summary>Reads small files whole, believing neither their size nor that they can be read.</summary>
internal static class BoundedFile
{
    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it, for the message.</param>
    /// <param name="limit">The most bytes it may have.</param>
    /// <exception cref="StartupException">It is missing, may not be read, is no file, or is larger.</exception>
    internal static byte[] Read(string path, string option, int limit) =>
        TryRead(path, option, limit) ?? throw StartupException.Config($"{option} {path}: no such file; give the path of one that exists");

    /// <summary>The same, but null when there is no such file.</summary>
    internal static byte[]? TryRead(string path, string option, int limit)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            // What the system says of its length is where to begin, no more: it may grow, and some files have none. A pipe, such
            // as a shell makes of <(command), may not even be asked.
            var content = new byte[Math.Min(limit, file.CanSeek ? file.Length : 0) + 1];
            var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (length == content.Length && length <= limit)
            {
                Array.Resize(ref content, limit + 1);
                length += file.ReadAtLeast(content.AsSpan(length), content.Length - length, throwOnEndOfStream: false);
            }

            return length <= limit
                ? content[..length]
                : throw StartupException.Config($"{option} {path}: larger than {limit} bytes; is it the right file?");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e) when (Directory.Exists(path))
        {
            throw StartupException.Config($"{option} {path}: is a directory; expected a file", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw StartupException.NoPermission($"{option} {path}: not permitted to read it; make it readable for user {Environment.UserName}", e);
        }
        catch (IOException e)
        {
            throw StartupException.Config($"{option} {path}: cannot be read ({e.Message})", e);
        }
    }
}
