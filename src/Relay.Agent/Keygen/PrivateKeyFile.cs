using Relay.Agent.Commands;
using Relay.Protocol.Keys;

namespace Relay.Agent.Keygen;

/// <summary>Reads a private key as <c>relay keygen</c> and <c>wg genkey</c> write it.</summary>
internal static class PrivateKeyFile
{
    private const int MaxLength = 4096;

    /// <summary>The key in the file, or a new one when <paramref name="path"/> is null.</summary>
    /// <exception cref="CommandException">It cannot be read or is none.</exception>
    internal static NodePrivateKey LoadOrMake(string? path)
    {
        if (path is null) return NodePrivateKey.Generate();
        try
        {
            if (new FileInfo(path).Length > MaxLength) throw Bad(path);
            return NodePrivateKey.TryParse(File.ReadAllText(path).Trim()) ?? throw Bad(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw CommandException.NoPermission($"--key {path}: this user may not read it", e);
        }
        catch (IOException e)
        {
            throw CommandException.Config($"--key {path}: cannot be read ({e.Message})", e);
        }
    }

    private static CommandException Bad(string path) =>
        CommandException.Config($"--key {path}: no private key; expected privkey: and 64 hex digits, or WireGuard's 44 characters of base64");
}
