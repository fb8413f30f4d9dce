using Relay.Server.Connections;
using Relay.Testing;

namespace Relay.Server.Tests.Connections;

/// <summary>Sessions that end while somebody sums up all of them.</summary>
public sealed class SessionTableTests
{
    [Fact]
    public async Task Session_ThatEndsDuringASurvey_WaitsForNobodyAndIsCountedOnce()
    {
        await using var relay = new TestRelay();
        await relay.ConnectAsync();
        var session = Assert.Single(relay.Server.Sessions.Live);
        var time = new HeldTime();
        var table = new SessionTable(time);
        table.Add(session);

        time.Hold();
        var survey = Task.Run(table.SurveyShares);
        await Eventually.Done(time.Held, "the survey to be under way");
        await Eventually.Done(Task.Run(() => table.Remove(session, EndReason.PeerClosed)), "the session to be taken out");
        Assert.Equal(0, table.Count);
        time.Release();
        await Eventually.Done(survey, "the survey to end");

        for (var i = 0; i < 2; i++)
        {
            table.Total(out var ended);
            Assert.Equal(1, ended.Sum());
        }
    }

    /// <summary>A clock that keeps whoever asks it.</summary>
    private sealed class HeldTime : TimeProvider
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile TaskCompletionSource _free = Free();

        public Task Held => _held.Task;

        public void Hold() => _free = new();

        public void Release() => _free.SetResult();

        public override long GetTimestamp()
        {
            var free = _free.Task;
            if (free.IsCompleted) return 0;
            _held.TrySetResult();
            free.Wait();
            return 0;
        }

        private static TaskCompletionSource Free()
        {
            var free = new TaskCompletionSource();
            free.SetResult();
            return free;
        }
    }
}
