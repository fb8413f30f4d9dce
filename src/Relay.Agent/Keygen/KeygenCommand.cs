using System.CommandLine;
using Relay.Agent.Commands;
using Relay.Protocol.Keys;

namespace Relay.Agent.Keygen;

/// <summary><c>relay keygen</c>: a new private key, or the public key of one that is piped in.</summary>
internal sealed class KeygenCommand : AgentCommand
{
    private const int MaxInput = 4096;

    private readonly Option<bool> _public = new("--pub") { Description = "Read a private key from standard input and print its public key." };
    private readonly Option<bool> _wireGuard = new("--wg") { Description = "Print WireGuard's base64 instead of privkey:... and nodekey:..." };

    internal override Command Build() => new("keygen", "Print a new private key; with --pub, the public key of the one on standard input.")
    {
        _public, _wireGuard,
    };

    internal override async Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop)
    {
        var wireGuard = line.GetValue(_wireGuard);
        if (!line.GetValue(_public))
        {
            using var made = NodePrivateKey.Generate();
            await environment.Out.WriteLineAsync(wireGuard ? made.RevealWireGuard() : made.RevealText());
            return ExitCode.Ok;
        }

        var buffer = new char[MaxInput];
        var length = await environment.In.ReadBlockAsync(buffer, stop);
        using var key = NodePrivateKey.TryParse(buffer.AsSpan(0, length).Trim())
            ?? throw CommandException.Config("standard input: no private key; expected privkey: and 64 hex digits, or WireGuard's 44 characters of base64");
        await environment.Out.WriteLineAsync(wireGuard ? key.Public.ToWireGuard() : key.Public.ToText());
        return ExitCode.Ok;
    }
}
