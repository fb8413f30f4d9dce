using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

public sealed class CommandTests
{
    [Fact]
    public async Task PortInUse_Is69AndOneLine()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        using var second = RelaydProcess.Launch(
            "--dev", "--listen", relayd.RelayEndPoint.ToString(), "--stun-listen", "off", "--admin-listen", "127.0.0.1:0");
        try
        {
            var errors = await Eventually.Done(second.StandardError.ReadToEndAsync(), "the second relayd to give up");
            await Eventually.Done(second.WaitForExitAsync(), "the second relayd to exit");
            Assert.Equal(69, second.ExitCode);
            var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains($"--listen {relayd.RelayEndPoint}: the port is in use", line, StringComparison.Ordinal);
        }
        finally
        {
            if (!second.HasExited) second.Kill();
        }
    }

    [Fact]
    public async Task KeyFile_ThatMayNotBeRead_Is77AndOneLine()
    {
        if (!OperatingSystem.IsLinux()) throw Missing.Because("needs Linux");
        var path = Path.GetTempFileName();
        File.SetUnixFileMode(path, UnixFileMode.None);
        using var relayd = RelaydProcess.LaunchUnprivileged("check", "--dev", "--key-file", path);
        try
        {
            var errors = await Eventually.Done(relayd.StandardError.ReadToEndAsync(), "relayd to give up");
            await Eventually.Done(relayd.WaitForExitAsync(), "relayd to exit");
            Assert.Equal(77, relayd.ExitCode);
            Assert.Equal($"relayd: --key-file {path}: not permitted to read it; make it readable for user {Environment.UserName}\n", errors);
        }
        finally
        {
            if (!relayd.HasExited) relayd.Kill();
            File.Delete(path);
        }
    }

    /// <summary>What DynamicUser makes of a machine without systemd's name service.</summary>
    [Fact]
    public async Task UserWithoutNameAndHome_ServesWithTls()
    {
        Requires.Root();
        using var relayd = RelaydProcess.LaunchNameless(
            "--dev", "--tls", "self-signed", "--listen", "127.0.0.1:0", "--stun-listen", "off", "--admin-listen", "127.0.0.1:0");
        try
        {
            var line = await Eventually.Done(relayd.StandardOutput.ReadLineAsync(), "relayd to say that it is up");
            Assert.True(line?.Contains("is up", StringComparison.Ordinal) ?? false, line is null ? await relayd.StandardError.ReadToEndAsync() : line);
        }
        finally
        {
            if (!relayd.HasExited) relayd.Kill();
        }
    }

    [Fact]
    public async Task Terminate_TellsClientsAndExitsWithZero()
    {
        Requires.Linux();
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        using var key = NodePrivateKey.Generate();
        await using var client = await RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = key });
        var told = Task.Run(async () =>
        {
            while ((await client.ReceiveAsync()).Kind is var kind)
            {
                if (kind == RelayMessageKind.Restarting) return;
            }
        });
        await relayd.SignalAsync("TERM");
        await Eventually.Done(told, "the client to be told of the restart");
        Assert.Equal(0, await relayd.ExitAsync());
    }

    [Fact]
    public async Task HangUp_KeepsServing()
    {
        Requires.Linux();
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        using var key = NodePrivateKey.Generate();
        await using var client = await RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = key });
        await relayd.SignalAsync("HUP");
        await Eventually.True(() => relayd.Errors.Contains("SIGHUP", StringComparison.Ordinal), "the signal to be logged");
        var pinging = client.PingAsync();
        using var over = new CancellationTokenSource();
        var receiving = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested) await client.ReceiveAsync(over.Token);
        });
        await Eventually.Done(pinging, "a pong after the signal");
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
    }
}
