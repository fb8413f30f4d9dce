using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using Relay.Protocol.Keys;

namespace Relay.Agent.WireGuard;

/// <summary>WireGuard by its own tool, <c>wg</c>, which knows the kernel's and the user-space implementations.</summary>
internal sealed class WgTool(string device, TimeProvider time) : IWireGuard
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public async Task<WireGuardState?> ReadAsync(CancellationToken stop)
    {
        var (exit, output, error) = await RunAsync(["show", device, "dump"], stop);
        if (exit == 0) return WireGuardState.Parse(output) ?? throw new WireGuardException(false, $"wg show {device} dump: its output is of an unknown form");
        // The last is a kernel that knows no WireGuard, on a machine where none runs outside it.
        string[] missing = ["No such device", "No such file", "Protocol not supported"];
        if (missing.Any(m => error.Contains(m, StringComparison.Ordinal))) return null;
        throw Refused($"wg show {device}", error);
    }

    public async Task SetEndPointAsync(NodeKey peer, IPEndPoint endPoint, CancellationToken stop)
    {
        var (exit, _, error) = await RunAsync(["set", device, "peer", peer.ToWireGuard(), "endpoint", endPoint.ToString()], stop);
        if (exit != 0) throw Refused($"wg set {device}", error);
    }

    private static WireGuardException Refused(string command, string error)
    {
        var line = error.ReplaceLineEndings(" ").Trim();
        var permission = error.Contains("not permitted", StringComparison.Ordinal) || error.Contains("denied", StringComparison.Ordinal);
        return new WireGuardException(permission, $"{command}: {(line.Length > 200 ? line[..200] : line)}");
    }

    private async Task<(int Exit, string Output, string Error)> RunAsync(string[] arguments, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        using var process = Start(arguments);
        try
        {
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(either.Token), process.StandardError.ReadToEndAsync(either.Token));
            await process.WaitForExitAsync(either.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new WireGuardException(false, $"wg {arguments[0]} {device}: no answer within {Deadline.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("wg", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            throw new WireGuardException(false, "wg: there is no such program; WireGuard's tools (package wireguard-tools) were expected");
        }
    }
}
