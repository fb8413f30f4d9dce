using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relay.LoadTest.Reports;

/// <summary>A report as one JSON object, for machines.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        WriteIndented = true,
        // For programs and people, never for a page: a plus is a plus.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static string Make(Report report) => JsonSerializer.Serialize(report, Options);
}
