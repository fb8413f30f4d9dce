namespace Relay.Acme;

/// <summary>No certificate, and why, in one line.</summary>
public sealed class AcmeException : Exception
{
    /// <param name="message">One line.</param>
    /// <param name="cause">What it came from.</param>
    public AcmeException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>The authority asked not to be asked again before that time has passed; null where it did not.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>The authority's name for the error, such as <c>rateLimited</c>; empty where it did not give one.</summary>
    internal string Kind { get; init; } = "";

    /// <summary>The authority looked, and did not find the answer to the challenge. Another kind of challenge may work.</summary>
    internal bool IsFailedChallenge { get; init; }

    /// <summary>It may well work in a moment: no answer, or an error of the authority's own.</summary>
    internal bool IsTransient { get; init; }
}
