using System.Globalization;
using Relay.Agent.Maps;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;

namespace Relay.Agent.Doctor;

/// <summary>One node under examination: what the checks need, and what they found. Checks run one after the other.</summary>
internal sealed class Examination(RelaySource source, DerpNode node, NodePrivateKey? key, TimeProvider time)
{
    /// <summary>Longest time for one check.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly List<Finding> _findings = [];

    internal RelaySource Source => source;

    internal DerpNode Node => node;

    /// <summary>The key to connect with; null for throw-away keys.</summary>
    internal NodePrivateKey? Key => key;

    internal TimeProvider Time => time;

    internal IReadOnlyList<Finding> Findings => _findings;

    /// <summary>How to connect; null for a node that does not relay, or whose entry in the map cannot be used.</summary>
    internal RelayEndpoint? Endpoint { get; set; }

    /// <summary>The node was there: it accepted a connection, or, being for STUN only, answered.</summary>
    internal bool Reached { get; set; }

    internal void Ok(string check, FormattableString seen) => Add(check, Finding.Ok, seen, null);

    internal void Warn(string check, FormattableString seen, string fix) => Add(check, Finding.Warn, seen, fix);

    internal void Fail(string check, FormattableString seen, string fix) => Add(check, Finding.Fail, seen, fix);

    internal void Skip(string check, FormattableString why) => Add(check, Finding.Skip, why, null);

    private void Add(string check, string result, FormattableString seen, string? fix)
    {
        var text = Commands.CommandException.OneLine(seen.ToString(CultureInfo.InvariantCulture));
        _findings.Add(new Finding(node.Name, check, result, text, fix));
    }
}
