using System.Diagnostics;

namespace Relay.Testing;

/// <summary>Runs a command to its end.</summary>
public static class Tool
{
    /// <summary>What it printed to both outputs, and its exit code. Its standard input is empty.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await Eventually.Done(process.WaitForExitAsync(), $"{Path.GetFileName(tool)} to end", TimeSpan.FromSeconds(30));
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
