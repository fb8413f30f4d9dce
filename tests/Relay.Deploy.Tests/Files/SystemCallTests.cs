using System.Net.Sockets;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Deploy.Tests.Files;

/// <summary>relayd under exactly the system calls that its unit allows, killed at the first one that it does not.</summary>
public sealed class SystemCallTests : IDisposable
{
    private const int KilledBySigSys = 128 + 31;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-calls-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Relayd_FromItsStartToItsEnd_MakesNoCallThatTheUnitForbids()
    {
        var filter = await FilterAsync();
        using var list = new AdmissionListFile();
        using var settings = new SettingsFile();
        using var one = NodePrivateKey.Generate();
        using var other = NodePrivateKey.Generate();
        list.Add(one.Public, other.Public);
        await using var relayd = await RelaydProcess.StartUnderAsync(
            filter, "--tls", "self-signed", "--admit", $"file:{list.Path}", "--config", settings.Path,
            "--key-file", Path.Combine(settings.Folder, "relay.key"), "--http-listen", "127.0.0.1:0", "--max-per-source", "100", "--accept-per-source", "1000");
        await ExchangeAsync(relayd, one, other, RelayTransport.Raw);
        await ExchangeAsync(relayd, other, one, RelayTransport.WebSocket);
        await AskStunAsync(relayd);
        Assert.Equal((200, "ready"), await relayd.ReadyAsync());
        await list.ReloadAsync(relayd);
        settings.WriteRate(SettingsFile.FirstRate / 2);
        list.Remove(other.Public);
        await list.ReloadAsync(relayd);
        await relayd.SignalAsync("TERM");
        Assert.Equal(0, await relayd.ExitAsync());
    }

    /// <summary>The other test could not fail if this did not hold.</summary>
    [Theory]
    [InlineData("chroot", "/")] // not of @system-service
    [InlineData("setpriv", "--clear-groups")] // of @privileged
    [InlineData("ip", "link")] // a family of sockets that is not allowed
    public async Task WhatTheUnitForbids_Kills(string tool, string argument)
    {
        var filter = await FilterAsync();
        string[] command = [.. filter, Requires.Tool(tool), argument, "true"];
        var (code, output) = await Tool.RunAsync(command[0], command[1..]);
        Assert.True(code == KilledBySigSys, $"{code} {output}");
    }

    private async Task<string[]> FilterAsync()
    {
        Requires.Linux();
        Requires.Root(); // for what is to be forbidden
        Requires.Existing("/usr/lib/x86_64-linux-gnu/libseccomp.so.2");
        return await SystemCallFilter.WriteAsync(DeployFiles.At("systemd", "relayd.service"), Path.Combine(_folder.FullName, "filter"));
    }

    private static async Task ExchangeAsync(RelaydProcess relayd, NodePrivateKey from, NodePrivateKey to, RelayTransport transport)
    {
        var endpoint = RelayEndpoint.FromUrl(relayd.Url, relayd.Pin);
        await using var sender = await RelayConnection.ConnectAsync(endpoint, new RelayClientOptions { PrivateKey = from, Transport = transport });
        await using var receiver = await RelayConnection.ConnectAsync(endpoint, new RelayClientOptions { PrivateKey = to, Transport = transport });
        await sender.SendAsync(to.Public, new byte[1200]);
        var message = await Eventually.Done(receiver.ReceiveAsync(), "the packet");
        while (message.Kind != RelayMessageKind.Packet) message = await Eventually.Done(receiver.ReceiveAsync(), "the packet");
        Assert.Equal(from.Public, message.Key);
    }

    private static async Task AskStunAsync(RelaydProcess relayd)
    {
        using var socket = new UdpClient();
        socket.Connect(relayd.StunEndPoint);
        byte[] request = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, .. "twelve bytes"u8];
        await socket.SendAsync(request);
        var answer = await Eventually.Done(socket.ReceiveAsync(), "the STUN answer");
        Assert.Equal([1, 1], answer.Buffer[..2]);
    }
}
