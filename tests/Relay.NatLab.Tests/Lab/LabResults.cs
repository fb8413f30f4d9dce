namespace Relay.NatLab.Tests.Lab;

/// <summary>Where the lab's tables go: the folder in RELAY_LAB_RESULTS, or one beside the tests.</summary>
internal static class LabResults
{
    internal static string Folder { get; } =
        Directory.CreateDirectory(Environment.GetEnvironmentVariable("RELAY_LAB_RESULTS") is { Length: > 0 } folder ? folder : Path.Combine(AppContext.BaseDirectory, "results")).FullName;

    private static readonly Lock Gate = new();

    internal static void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text);

    /// <summary>A line of <c>measured.txt</c>, and of the test's output.</summary>
    internal static void Measured(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        lock (Gate) File.AppendAllText(Path.Combine(Folder, "measured.txt"), line + "\n");
    }
}
