using System.Text.Json.Serialization;

namespace Relay.Agent.Doctor;

/// <summary>What one check found.</summary>
/// <param name="Node">Which relay.</param>
/// <param name="Check">What was looked at; a fixed word.</param>
/// <param name="Result">ok, warn, fail or skip.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Fix">What would make it right; null when it is.</param>
internal sealed record Finding(string Node, string Check, string Result, string Seen, string? Fix = null)
{
    internal const string Ok = "ok";
    internal const string Warn = "warn";
    internal const string Fail = "fail";
    internal const string Skip = "skip";
}

/// <summary>What <c>relay doctor --json</c> prints.</summary>
internal sealed record DoctorReport(string Relay, int Failed, int Warnings, IReadOnlyList<Finding> Checks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext;
