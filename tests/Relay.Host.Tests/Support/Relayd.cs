using Relay.Host.Commands;

namespace Relay.Host.Tests.Support;

/// <summary>Runs relayd's entry in process, with surroundings of its own.</summary>
internal static class Relayd
{
    internal sealed record Result(int Code, string Out, string Error)
    {
        /// <summary>Standard error, after checking that it is one line and standard output is empty.</summary>
        internal string OneLine()
        {
            Assert.Equal("", Out);
            Assert.EndsWith(Environment.NewLine, Error, StringComparison.Ordinal);
            var line = Error[..^Environment.NewLine.Length];
            Assert.DoesNotContain('\n', line);
            Assert.StartsWith("relayd: ", line, StringComparison.Ordinal);
            return line["relayd: ".Length..];
        }
    }

    internal static Task<Result> RunAsync(params string[] args) => RunAsync([], args);

    internal static async Task<Result> RunAsync(Dictionary<string, string> variables, string[] args, string defaultConfigFile = "/nonexistent/relayd.json")
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new RelaydEnvironment
        {
            Out = output,
            Error = error,
            Variables = variables,
            MachineName = "test-machine",
            DefaultConfigFile = defaultConfigFile,
        };
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var code = await RelaydCommand.RunAsync(args, environment, deadline.Token);
        Assert.False(deadline.IsCancellationRequested, "relayd did not end within 30 s");
        return new Result(code, output.ToString(), error.ToString());
    }

    /// <summary>The row that <c>relayd check</c> prints for a setting, split into value and source.</summary>
    internal static (string Value, string Source) Row(this Result result, string setting)
    {
        Assert.True(result.Code == 0, result.Error);
        var row = result.Out.Split(Environment.NewLine).Single(l => l.StartsWith($"  {setting} ", StringComparison.Ordinal));
        var parts = row.Trim().Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (parts[1], parts.Length > 2 ? parts[2] : "");
    }
}
