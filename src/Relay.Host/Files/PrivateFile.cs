using Relay.Host.Failures;

namespace Relay.Host.Files;

/// <summary>Files that hold secrets.</summary>
internal static class PrivateFile
{
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>
    /// Makes the file with all its content or not at all, readable as <paramref name="mode"/> says from its first
    /// moment; makes missing directories. False when it exists by now: another process was faster, and its file stays.
    /// </summary>
    /// <exception cref="StartupException">It cannot be made.</exception>
    internal static bool TryCreate(string path, string option, ReadOnlySpan<byte> content, UnixFileMode mode = OwnerOnly) =>
        Put(path, option, content, mode, replace: false);

    /// <summary>The same, but takes the place of a file that exists: at any moment there is the old content or the new.</summary>
    /// <exception cref="StartupException">It cannot be made.</exception>
    internal static void Replace(string path, string option, ReadOnlySpan<byte> content, UnixFileMode mode = OwnerOnly) =>
        Put(path, option, content, mode, replace: true);

    /// <summary>Moves a file that is whole to where another may lie.</summary>
    /// <exception cref="StartupException">It cannot be moved.</exception>
    internal static void Move(string from, string to, string option)
    {
        try
        {
            File.Move(from, to, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Explain(to, option, e);
        }
    }

    private static bool Put(string path, string option, ReadOnlySpan<byte> content, UnixFileMode mode, bool replace)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory) CreateDirectory(directory);
            WriteThrough(temporary, content, mode);

            // Without overwriting, File.Move looks whether there is a file and then replaces what has come since.
            if (replace || !HardLink.TryMake(temporary, path)) File.Move(temporary, path, overwrite: replace);
            return true;
        }
        catch (IOException) when (!replace && File.Exists(path))
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Explain(path, option, e);
        }
        finally
        {
            TryDelete(temporary);
        }
    }

    /// <summary>What to warn about when others than the owner may read or write the file; null when all is well.</summary>
    internal static string? Warn(string path, string option)
    {
        if (OperatingSystem.IsWindows()) return null;
        try
        {
            var mode = File.GetUnixFileMode(path);
            return (mode & Others) == 0
                ? null
                : $"{option} {path}: others than its owner may read or change it (mode {Convert.ToString((int)mode, 8)}); run chmod 600 on it";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // It was read a moment ago; if it is gone now, there is nothing left to warn about.
        }
    }

    private static StartupException Explain(string path, string option, Exception fault) => fault switch
    {
        UnauthorizedAccessException => StartupException.NoPermission(
            $"{option} {path}: not permitted to make it; make its directory writable for user {Environment.UserName}", fault),
        FileNotFoundException or DirectoryNotFoundException => StartupException.Config(
            $"{option} {path}: cannot be made, since its directory takes no new files; choose another place", fault),
        _ => StartupException.Config($"{option} {path}: cannot be made ({fault.Message})", fault),
    };

    // Secrets lie in these directories, so they are the owner's alone.
    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static void WriteThrough(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Moved away already, or never made.
        }
    }
}
