using System.Text;
using Relay.Agent.Commands;

namespace Relay.Agent.WireGuard;

/// <summary>Finds and reads a wg-quick file.</summary>
internal static class ConfigFile
{
    private const int MaxSize = 1 << 20;

    /// <summary>The file that is meant: as wg-quick has it, a mere name stands for one in <c>/etc/wireguard</c>.</summary>
    internal static string Find(string given, string folder = "/etc/wireguard")
    {
        var named = Path.Combine(folder, $"{given}.conf");
        return Path.GetFileName(given) == given && !File.Exists(given) && File.Exists(named) ? named : given;
    }

    /// <exception cref="CommandException">It cannot be read, or has a mistake.</exception>
    internal static WireGuardConfig Load(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxSize) throw CommandException.Config($"{path}: longer than {MaxSize} bytes; a wg-quick file was expected");
            return ConfigParser.Parse(File.ReadAllText(path, Encoding.UTF8), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CommandException.Config($"{path}: there is no such file; expected a wg-quick file, such as /etc/wireguard/wg0.conf", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw CommandException.NoPermission($"{path}: this user may not read it", e);
        }
        catch (IOException e)
        {
            throw CommandException.Config($"{path}: cannot be read ({e.Message})", e);
        }
    }

    /// <summary>The interface that wg-quick makes of a file: its name without <c>.conf</c>.</summary>
    internal static string InterfaceOf(string path) => Path.GetFileName(path) is var name && name.EndsWith(".conf", StringComparison.Ordinal) ? name[..^5] : name;
}
