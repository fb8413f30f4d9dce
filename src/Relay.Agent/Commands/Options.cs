using System.CommandLine;

namespace Relay.Agent.Commands;

/// <summary>Options that several commands share. A new instance for each command: the parser links them to their parents.</summary>
internal static class Options
{
    internal static Option<string?> Relay() => new("--relay")
    {
        Description = "The relay, as https://host[:port], or http for one without TLS.",
        HelpName = "URL",
    };

    internal static Option<string?> Map() => new("--map")
    {
        Description = "A DERP map instead: a JSON file, or an http(s) URL of one.",
        HelpName = "FILE|URL",
    };

    internal static Option<string?> Pin() => new("--pin")
    {
        Description = "With a URL: what its certificate must be, sha256-raw: and the hex SHA-256, as relayd prints it.",
        HelpName = "PIN",
    };

    internal static Option<string?> Key() => new("--key")
    {
        Description = "A file with the private key to use (privkey:..., or WireGuard's base64). Default: a throw-away key. Meanwhile another node with this key gets no packets.",
        HelpName = "FILE",
    };

    internal static Option<int?> Region() => new("--region")
    {
        Description = "With --map: the id of the region. Default: the nearest.",
        HelpName = "ID",
    };

    internal static Option<int> StunPort() => new("--stun-port")
    {
        Description = "With a URL: its STUN port; 0 is 3478, -1 is none.",
        HelpName = "PORT",
    };

    internal static Option<bool> Verbose() => new("--verbose", "-v")
    {
        Description = "Say on standard error how ping and map reached a relay, and what lies behind a failure.",
        Recursive = true,
    };

    internal static Option<bool> Json() => new("--json") { Description = "One JSON object on standard output, for machines." };
}
