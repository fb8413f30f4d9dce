using Relay.Agent.Commands;
using Relay.Testing;

namespace Relay.Agent.Tests;

/// <summary>One run of relay in this process.</summary>
internal sealed record Run(int Exit, string Output, string Errors)
{
    public static Task<Run> RelayAsync(params string[] args) => RelayAsync("", args);

    public static Task<Run> RelayAsync(string input, string[] args) => RelayAsync(input, args, TimeProvider.System);

    public static async Task<Run> RelayAsync(string input, string[] args, TimeProvider time)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var environment = new AgentEnvironment
        {
            Out = TextWriter.Synchronized(output),
            Error = TextWriter.Synchronized(errors),
            In = new StringReader(input),
            Time = time,
        };
        var exit = await Eventually.Done(RelayCommand.RunAsync(args, environment, TestContext.Current.CancellationToken), "relay to end", TimeSpan.FromSeconds(60));
        return new Run(exit, output.ToString(), errors.ToString());
    }

    /// <summary>Ended with this code and one line on standard error that says all of these.</summary>
    public void AssertFails(int exit, params string[] says)
    {
        Assert.Equal(exit, Exit);
        Assert.StartsWith("relay: ", Errors, StringComparison.Ordinal);
        Assert.Equal(1, Errors.Count(c => c == '\n'));
        Assert.DoesNotContain("   at ", Errors, StringComparison.Ordinal);
        foreach (var text in says) Assert.Contains(text, Errors, StringComparison.Ordinal);
    }
}
