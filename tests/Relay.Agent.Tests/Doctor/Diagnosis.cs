using System.Text.Json;

namespace Relay.Agent.Tests.Doctor;

/// <summary>The report of <c>relay doctor --json</c>.</summary>
internal sealed class Diagnosis
{
    private readonly List<(string Node, string Check, string Result, string Seen, string? Fix)> _checks = [];

    /// <summary>The last finding of a check, of any node.</summary>
    public (string Node, string Check, string Result, string Seen, string? Fix) this[string check] => _checks.Last(c => c.Check == check);

    public IEnumerable<(string Node, string Check, string Result, string Seen, string? Fix)> Of(string node) => _checks.Where(c => c.Node == node);

    /// <summary>What is wrong comes with what to do, and nothing else does.</summary>
    public static Diagnosis Of(Run run)
    {
        using var json = JsonDocument.Parse(run.Output);
        var diagnosis = new Diagnosis();
        foreach (var check in json.RootElement.GetProperty("checks").EnumerateArray())
        {
            diagnosis._checks.Add((Text("node")!, Text("check")!, Text("result")!, Text("seen")!, Text("fix")));

            string? Text(string name) => check.GetProperty(name).GetString();
        }

        Assert.All(diagnosis._checks, c => Assert.Equal(c.Result is "warn" or "fail", c.Fix is not null));
        Assert.Equal(diagnosis._checks.Count(c => c.Result == "fail"), json.RootElement.GetProperty("failed").GetInt32());
        return diagnosis;
    }
}
