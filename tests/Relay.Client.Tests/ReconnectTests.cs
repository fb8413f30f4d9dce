using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Relay.Client.Reconnect;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Frames;

namespace Relay.Client.Tests;

public sealed class ReconnectTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<RelayStateChangedEventArgs> _changes = new();

    private RelayClientOptions Options => Pair.Options with { TimeProvider = _time, Chance = () => 0.5, Transport = RelayTransport.Raw };

    [Fact]
    public async Task Receive_AcrossALostConnection_GoesOnWithTheNext()
    {
        await using var relay = new FakeRelay();
        await using var client = Client(relay);
        var receiving = ReceiveAsync(client);
        var first = await relay.AdmitAsync();
        await first.WriteAsync(FakeLink.Recv(Pair.Other, [1]));
        Assert.Equal([1], (await receiving).Payload);
        Assert.Equal(RelayState.Connected, client.State);

        receiving = ReceiveAsync(client);
        await first.DisposeAsync();
        var second = await ReconnectedAsync(relay);
        await second.WriteAsync(FakeLink.Recv(Pair.Other, [2]));
        Assert.Equal([2], (await receiving).Payload);

        Assert.Equal([RelayState.Connected, RelayState.Waiting, RelayState.Connected], _changes.Select(c => c.State));
        var waiting = _changes.ElementAt(1);
        Assert.Equal(RelayError.Closed, waiting.Cause!.Error);
        Assert.Equal(TimeSpan.FromMilliseconds(10), waiting.RetryIn);
    }

    [Fact]
    public async Task Send_WithoutAConnection_DropsAtOnce_AndWithOneArrives()
    {
        await using var relay = new FakeRelay();
        await using var client = Client(relay);
        Assert.False(await client.SendAsync(Pair.Other, new byte[1], Within.Token));
        Assert.Equal(RelayError.Closed, (await Within.FailsAsync(client.PingAsync(Within.Token), "the ping")).Error);

        var connecting = client.ConnectAsync(Within.Token);
        var link = await relay.AdmitAsync();
        await Within.TimeAsync(connecting, "the connection");
        Assert.True(await client.SendAsync(Pair.Other, new byte[] { 5 }, Within.Token));
        Assert.Equal(5, (await link.ReadFrameAsync()).Payload[32]);
    }

    [Fact]
    public async Task Connect_AfterTheConnectionBroke_MakesAnother()
    {
        await using var relay = new FakeRelay();
        await using var client = Client(relay);
        for (byte i = 1; i <= 2; i++)
        {
            var connecting = client.ConnectAsync(Within.Token);
            var link = await relay.AdmitAsync();
            await Within.TimeAsync(connecting, "the connection");
            Assert.True(await client.SendAsync(Pair.Other, new byte[] { i }, Within.Token));
            Assert.Equal(i, (await link.ReadFrameAsync()).Payload[32]);
            client.Reconnect(); // nobody receives, and so nobody connects anew
        }
    }

    [Fact]
    public async Task Reconnect_OfALiveConnection_MakesAnother()
    {
        await using var relay = new FakeRelay();
        await using var client = Client(relay);
        Assert.False(client.TryPost(Pair.Other, new byte[1]));
        var receiving = ReceiveAsync(client);
        var first = await relay.AdmitAsync();
        await UntilAsync(() => client.State == RelayState.Connected, "the connection", advance: false);
        client.Reconnect();
        var second = await ReconnectedAsync(relay);
        await second.WriteAsync(FrameType.KeepAlive);
        Assert.Equal(RelayMessageKind.KeepAlive, (await receiving).Kind);
        Assert.True(client.TryPost(Pair.Other, new byte[] { 7 }));
        client.Flush();
        Assert.Equal(7, (await second.ReadFrameAsync()).Payload[32]);
        await first.DisposeAsync();
    }

    [Fact]
    public async Task Reconnect_WhileWaiting_EndsThePause()
    {
        await using var relay = new FakeRelay();
        await using var client = Client(relay);
        relay.StopListening();
        using var cancel = new CancellationTokenSource();
        var receiving = client.ReceiveAsync(cancel.Token).AsTask();
        await UntilAsync(() => _changes.Count == 1, "the first failure", advance: false);
        client.Reconnect(); // no time passes
        await UntilAsync(() => _changes.Count == 2, "the second failure", advance: false);
        Assert.Equal(10, _changes.Last().RetryIn.TotalMilliseconds);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Within.TimeAsync(receiving, "the end"));
    }

    [Fact]
    public async Task Connect_WhereNobodyListens_FailsWithoutAnotherAttempt()
    {
        await using var relay = new FakeRelay();
        await using var client = Client(relay);
        relay.StopListening();
        var failure = await Within.FailsAsync(client.ConnectAsync(Within.Token), "the failure");
        Assert.Equal(RelayError.Tcp, failure.Error);
        Assert.Contains($"127.0.0.1:{relay.Port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receive_WhileAttemptsFail_WaitsLongerEachTime()
    {
        await using var relay = new FakeRelay();
        await using var client = Client(relay);
        relay.StopListening();
        using var cancel = new CancellationTokenSource();
        var receiving = client.ReceiveAsync(cancel.Token).AsTask();
        await UntilAsync(() => _changes.Count >= 5, "five failures");
        Assert.Equal([10, 40, 90, 160, 250], _changes.Take(5).Select(c => c.RetryIn.TotalMilliseconds));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Within.TimeAsync(receiving, "the end"));
    }

    [Fact]
    public async Task Preferred_SetOnce_IsSaidOnEachConnection()
    {
        await using var relay = new FakeRelay();
        await using var client = Client(relay);
        var receiving = ReceiveAsync(client);
        var link = await relay.AdmitAsync();
        await link.WriteAsync(FrameType.KeepAlive);
        await receiving;
        await client.NotePreferredAsync(true, Within.Token);
        Assert.Equal([1], (await link.ReadFrameAsync()).Payload);

        receiving = ReceiveAsync(client);
        await link.DisposeAsync();
        link = await ReconnectedAsync(relay);
        Assert.Equal(FrameType.NotePreferred, (await link.ReadFrameAsync()).Type);
        await link.WriteAsync(FrameType.KeepAlive);
        await receiving;
    }

    [Fact]
    public async Task Restarting_IsWaitedFor()
    {
        await using var relay = new FakeRelay();
        await using var client = Client(relay);
        var receiving = ReceiveAsync(client);
        var link = await relay.AdmitAsync();
        var restarting = new byte[FrameWriter.RestartingSize];
        FrameWriter.Restarting(restarting, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
        await link.WriteAsync(restarting);
        Assert.Equal(RelayMessageKind.Restarting, (await receiving).Kind);

        _time.Advance(TimeSpan.FromMilliseconds(500));
        receiving = ReceiveAsync(client);
        await link.DisposeAsync();
        await UntilAsync(() => _changes.Any(c => c.State == RelayState.Waiting), "the loss", advance: false);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), _changes.Last().RetryIn);
        link = await ReconnectedAsync(relay);
        await link.WriteAsync(FrameType.KeepAlive);
        Assert.Equal(RelayMessageKind.KeepAlive, (await receiving).Kind);
    }

    [Fact]
    public async Task Health_IsKeptUntilCleared_OrTheConnectionIsLost()
    {
        await using var relay = new FakeRelay();
        await using var client = Client(relay);
        var receiving = ReceiveAsync(client);
        var link = await relay.AdmitAsync();
        await link.WriteAsync(FrameType.Health, "sick"u8.ToArray());
        await receiving;
        Assert.Equal("sick", client.Health);
        await link.WriteAsync(FrameType.Health);
        await ReceiveAsync(client);
        Assert.Null(client.Health);
    }

    [Fact]
    public async Task Dispose_WhileReceiving_EndsTheReceive()
    {
        await using var relay = new FakeRelay();
        var client = Client(relay);
        var receiving = ReceiveAsync(client);
        await relay.AdmitAsync();
        await UntilAsync(() => client.State == RelayState.Connected, "the connection");
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receiving);
        Assert.Equal(RelayState.Closed, client.State);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await client.SendAsync(Pair.Other, new byte[1], Within.Token));
    }

    [Fact]
    public async Task Dispose_WhileWaitingToReconnect_EndsTheReceive()
    {
        await using var relay = new FakeRelay();
        var client = Client(relay);
        relay.StopListening();
        var receiving = ReceiveAsync(client);
        await UntilAsync(() => !_changes.IsEmpty, "a failure", advance: false);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receiving);
    }

    [Fact]
    public void Backoff_GrowsToItsLimit_SpreadsAndStartsAnew()
    {
        var chance = 0.5;
        var backoff = new Backoff(Options with { Chance = () => chance });
        var pauses = Enumerable.Range(0, 40).Select(_ => backoff.Next().TotalMilliseconds).ToList();
        Assert.Equal([10, 40, 90], pauses.Take(3));
        Assert.Equal(5000, pauses[^1]);
        chance = 0;
        Assert.Equal(2500, backoff.Next().TotalMilliseconds);
        chance = 0.999;
        Assert.InRange(backoff.Next().TotalMilliseconds, 7400, 7500);
        backoff.Reset();
        chance = 0.5;
        Assert.Equal(10, backoff.Next().TotalMilliseconds);
    }

    [Fact]
    public void Backoff_AfterRestarting_TriesForTheTimeAsked_ThenAsAlways()
    {
        var backoff = new Backoff(Options);
        backoff.Restarting(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
        Assert.Equal(2000, backoff.Next().TotalMilliseconds);
        _time.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(250, backoff.Next().TotalMilliseconds);
            _time.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.Equal(10, backoff.Next().TotalMilliseconds);
    }

    [Fact]
    public void Backoff_AskedToWaitForWeeks_BelievesAMinute()
    {
        var backoff = new Backoff(Options);
        backoff.Restarting(TimeSpan.FromMilliseconds(uint.MaxValue), TimeSpan.FromMilliseconds(uint.MaxValue));
        Assert.Equal(TimeSpan.FromMinutes(1), backoff.Next());
    }

    private RelayClient Client(FakeRelay relay)
    {
        var client = new RelayClient(RelayEndpoint.FromUrl(relay.Url), Options);
        client.StateChanged += (_, change) => _changes.Enqueue(change);
        return client;
    }

    private static async Task<Received> ReceiveAsync(RelayClient client)
    {
        var message = await Within.TimeAsync(client.ReceiveAsync(Within.Token), "a message");
        return new Received(message.Kind, message.Key, message.Payload.ToArray());
    }

    // The clock moves until the client is back: when it begins to wait cannot be seen from here.
    private async Task<FakeLink> ReconnectedAsync(FakeRelay relay)
    {
        var admitting = relay.AdmitAsync();
        await UntilAsync(() => admitting.IsCompleted, "the reconnect");
        return await admitting;
    }

    private async Task UntilAsync(Func<bool> condition, string what, bool advance = true)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(20)) throw new TimeoutException($"waited 20 s for {what}");
            if (advance) _time.Advance(TimeSpan.FromMilliseconds(5));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Within.Token);
        }
    }
}
