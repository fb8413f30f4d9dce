using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Relay.Server.Admission;

/// <summary>What an admission service answers: derper's <c>{"Allow":true}</c>, and what may stand beside it.</summary>
/// <param name="Allow">Whether the client may connect.</param>
/// <param name="Network">Whom it reaches; null for the network without a name.</param>
/// <param name="RateBytesPerSecond">What it may send; 0 for what everybody may.</param>
/// <param name="ExpiresSeconds">When to ask again; 0 for never.</param>
internal sealed record ServiceAnswer(bool Allow, string? Network = null, long RateBytesPerSecond = 0, long ExpiresSeconds = 0)
{
    /// <summary>What the reference reads of a body, too.</summary>
    public const int MaxBody = 4096;

    private const int MaxName = 255;
    private const long MaxRate = 1_000_000_000_000;
    private const long MaxSeconds = 10L * 366 * 24 * 3600;

    private static readonly JsonSerializerOptions AsGoReads = new() { PropertyNameCaseInsensitive = true };

    /// <summary>False for what is no answer. Unknown members are ignored, a missing Allow is a no, as in the reference.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ServiceAnswer? answer)
    {
        try
        {
            answer = JsonSerializer.Deserialize<ServiceAnswer>(body, AsGoReads);
        }
        catch (JsonException)
        {
            answer = null;
        }

        if (answer is null) return false;
        if (answer.Network == "") answer = answer with { Network = null };
        return answer is { Network: null or { Length: <= MaxName }, RateBytesPerSecond: >= 0 and <= MaxRate, ExpiresSeconds: >= 0 and <= MaxSeconds };
    }
}
