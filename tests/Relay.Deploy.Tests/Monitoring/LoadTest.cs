using System.Diagnostics;
using Relay.Testing;

namespace Relay.Deploy.Tests.Monitoring;

/// <summary>relay-load against a relay: a few pairs at a steady rate, until it is disposed of.</summary>
internal sealed class LoadTest : IDisposable
{
    private readonly Process _process;

    private LoadTest(Process process) => _process = process;

    internal static LoadTest Start(RelaydProcess relayd)
    {
        // Of the same configuration as this test.
        var built = Path.GetRelativePath(Path.Combine(Repository.Root.FullName, "tests", "Relay.Deploy.Tests"), AppContext.BaseDirectory);
        var program = Path.Combine(Repository.Root.FullName, "loadtest", "Relay.LoadTest", built, "relay-load.dll");
        var process = Process.Start(new ProcessStartInfo(Requires.Tool("dotnet"),
            [program, "throughput", "--url", $"https://{relayd.RelayEndPoint}", "--pairs", "4", "--rate", "200", "--batch", "1", "--warmup", "0", "--seconds", "600"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new LoadTest(process);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
