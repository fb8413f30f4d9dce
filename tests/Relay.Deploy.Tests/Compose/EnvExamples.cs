using System.Text.RegularExpressions;
using Relay.Deploy.Tests.Files;

namespace Relay.Deploy.Tests.Compose;

/// <summary>The examples of <c>.env</c>, as an operator fills them in.</summary>
internal static partial class EnvExamples
{
    /// <summary>One relay.</summary>
    internal static IEnumerable<string> One => Filled(".env.example");

    /// <summary>The same with what is commented out: clients over IPv6.</summary>
    internal static IEnumerable<string> IPv6 => One.Select(line => Alternative().Replace(line, "$1"));

    /// <summary>Three that find each other by a list.</summary>
    internal static IEnumerable<string> Mesh => Filled("region.env.example");

    /// <summary>Three that find each other by Redis: the lines that are commented out, instead of the three before them.</summary>
    internal static IEnumerable<string> Redis => Filled("region.env.example")
        .Where(line => !line.StartsWith("RELAY_TLS=") && !line.StartsWith("RELAY_CERT_DIR=") && !line.StartsWith("RELAY_MESH_WITH="))
        .Select(line => Alternative().Replace(line, "$1"));

    private static IEnumerable<string> Filled(string example) =>
        File.ReadLines(DeployFiles.At("compose", example)).Select(line => line == "GRAFANA_PASSWORD=" ? line + "secret" : line);

    [GeneratedRegex("^#([A-Z_]+=)")]
    private static partial Regex Alternative();
}
