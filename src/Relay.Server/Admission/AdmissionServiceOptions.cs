using System.ComponentModel.DataAnnotations;

namespace Relay.Server.Admission;

/// <summary>How an admission service is asked. Immutable.</summary>
public sealed record AdmissionServiceOptions
{
    /// <summary>Where questions are posted.</summary>
    public required Uri Url { get; init; }

    /// <summary>Whether clients are let in while nobody answers. Default false.</summary>
    public bool AdmitUnanswered { get; init; }

    /// <summary>Longest time for one attempt. Default 2 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest time for a question with all its attempts. Default 5 s, as the reference.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Attempts after the first. Default 2.</summary>
    [Range(1, 10)]
    public int Retries { get; init; } = 2;

    /// <summary>Time before the second attempt; it doubles, with jitter. Default 200 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Time for which nobody is asked once half of the attempts get no answer. Default 5 s.</summary>
    public TimeSpan BreakTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Questions at once. Default 64.</summary>
    [Range(1, 10_000)]
    public int MaxQuestions { get; init; } = 64;

    /// <summary>Questions that may wait for their turn; beyond, clients are refused. Default 4096.</summary>
    [Range(0, 1_000_000)]
    public int MaxWaiting { get; init; } = 4096;

    /// <summary>How long a yes without a time of its own is remembered. Default 60 s.</summary>
    public TimeSpan RememberYes { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a no is remembered. Default 10 s.</summary>
    public TimeSpan RememberNo { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Answers that are remembered. Default 100,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxRemembered { get; init; } = 100_000;
}
