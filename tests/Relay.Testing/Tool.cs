using System.Diagnostics;

namespace Relay.Testing;

/// <summary>Runs a command to its end.</summary>
public static class Tool
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What it printed to both outputs, and its exit code. Its standard input is empty.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(string tool, params string[] arguments) => RunAsync(Limit, tool, arguments);

    /// <summary>As the other, for a tool that may take longer, or less long.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(TimeSpan limit, string tool, params string[] arguments)
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
            await Eventually.Done(process.WaitForExitAsync(), $"{Path.GetFileName(tool)} to end", limit);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
