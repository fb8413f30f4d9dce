using System.Text.RegularExpressions;

namespace Relay.Deploy.Tests.Images;

/// <summary>The instructions of a Dockerfile, stage by stage.</summary>
internal sealed partial class Dockerfile
{
    private Dockerfile(IReadOnlyList<Stage> stages) => Stages = stages;

    internal IReadOnlyList<Stage> Stages { get; }

    internal Stage this[string name] => Stages.Single(s => s.Name == name);

    internal static Dockerfile Parse(string text)
    {
        var stages = new List<Stage>();
        foreach (var line in text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(l => l.Trim()))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var (word, rest) = (line[..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim());
            if (word != "FROM")
            {
                stages[^1].Instructions.Add(new Instruction(word, rest));
                continue;
            }

            var from = From().Match(rest);
            Assert.True(from.Success, $"FROM {rest}: expected [--platform=...] image AS name");
            stages.Add(new Stage(from.Groups["name"].Value, from.Groups["image"].Value, []));
        }

        return new Dockerfile(stages);
    }

    [GeneratedRegex(@"^(--platform=\S+\s+)?(?<image>\S+)\s+AS\s+(?<name>\S+)$")]
    private static partial Regex From();

    internal sealed record Instruction(string Word, string Rest);

    internal sealed record Stage(string Name, string Image, List<Instruction> Instructions)
    {
        /// <summary>What follows the last instruction of this kind.</summary>
        internal string Last(string word) => Instructions.Last(i => i.Word == word).Rest;
    }
}
