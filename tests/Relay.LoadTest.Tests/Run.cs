using System.Text.Json;
using Relay.LoadTest.Commands;
using Relay.Testing;

namespace Relay.LoadTest.Tests;

/// <summary>One run of relay-load in this process.</summary>
internal sealed record Run(int Exit, string Output, string Errors)
{
    public static async Task<Run> LoadAsync(params string[] args)
    {
        Requires.Linux();
        var (output, errors) = (new StringWriter(), new StringWriter());
        var exit = await Eventually.Done(
            LoadCommand.RunAsync(args, output, errors, TextWriter.Null, TestContext.Current.CancellationToken), "relay-load to end", TimeSpan.FromSeconds(120));
        return new Run(exit, output.ToString(), errors.ToString());
    }

    /// <summary>Runs to a good end, and returns the JSON that it wrote.</summary>
    public static async Task<JsonElement> JsonAsync(params string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("relay-load-tests-");
        try
        {
            var file = Path.Combine(folder.FullName, "result.json");
            var run = await LoadAsync([.. args, "--json", file]);
            Assert.True(run.Exit == 0, run.Errors);
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file));
            return json.RootElement.Clone();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Ended with this code and one line on standard error that says all of these.</summary>
    public void AssertFails(int exit, params string[] says)
    {
        Assert.Equal(exit, Exit);
        Assert.StartsWith("relay-load: ", Errors, StringComparison.Ordinal);
        Assert.Equal(1, Errors.Count(c => c == '\n'));
        Assert.DoesNotContain("   at ", Errors, StringComparison.Ordinal);
        foreach (var text in says) Assert.Contains(text, Errors, StringComparison.Ordinal);
    }
}
