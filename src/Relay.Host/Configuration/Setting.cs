namespace Relay.Host.Configuration;

/// <summary>
/// One setting of relayd. This definition alone drives the flag, the environment variable, the member of the JSON file,
/// the help text and the output of <c>relayd check</c>.
/// </summary>
internal abstract class Setting(string name, string hint, SettingGroup group)
{
    /// <summary>Name in the JSON file, such as <c>http-listen</c>.</summary>
    internal string Name { get; } = name;

    /// <summary>Name on the command line: <c>--http-listen</c>.</summary>
    internal string Flag { get; } = "--" + name;

    /// <summary>Name in the environment: <c>RELAYD_HTTP_LISTEN</c>.</summary>
    internal string Variable { get; } = VariablePrefix + name.ToUpperInvariant().Replace('-', '_');

    internal SettingGroup Group { get; } = group;

    /// <summary>What stands for the value in the help text; empty for a switch.</summary>
    internal string Hint { get; } = hint;

    internal required string Description { get; init; }

    /// <summary>The value when nobody gave one; null for none.</summary>
    internal string? Default { get; init; }

    /// <summary>The value when nobody gave one and <c>--dev</c> is on; null when it does not differ.</summary>
    internal string? DevDefault { get; init; }

    /// <summary>With <c>--dev</c> there is no value unless one is given.</summary>
    internal bool DevHasNone { get; init; }

    /// <summary>What the help text says instead of <see cref="Default"/>, where the value is not a constant.</summary>
    internal string? DefaultNote { get; init; }

    /// <summary>May be given more than once, or with commas, or as a JSON array.</summary>
    internal bool IsList { get; init; }

    /// <summary>On or off, needing no value on the command line.</summary>
    internal bool IsSwitch { get; init; }

    /// <summary>SIGHUP reads it again; all others wait for the next start.</summary>
    internal bool Reloads { get; init; }

    /// <summary>Values may be URLs that hold a password.</summary>
    internal bool MayHoldSecret { get; init; }

    internal const string VariablePrefix = "RELAYD_";

    /// <summary>Throws <see cref="FormatException"/>, whose message says what was expected, when <paramref name="text"/> is no value of this setting.</summary>
    internal abstract void Check(string text);

    /// <summary>The value as it may be shown.</summary>
    internal string Show(string text) => MayHoldSecret ? Secrets.Redact(text) : text;
}
