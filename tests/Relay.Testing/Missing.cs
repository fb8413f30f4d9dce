using Xunit.Sdk;

namespace Relay.Testing;

/// <summary>What a test does when the machine lacks something it needs.</summary>
public static class Missing
{
    /// <summary>Whether this is the machine that has to have everything (<c>CI=true</c>).</summary>
    public static bool MustHaveAll => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>To be thrown: skips the running test with <paramref name="reason"/>, or fails it where <c>CI=true</c>.</summary>
    public static Exception Because(string reason) =>
        MustHaveAll ? FailException.ForFailure($"{reason} (CI=true: nothing may be skipped)") : SkipException.ForSkip(reason);
}
