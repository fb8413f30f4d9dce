using System.Security.Cryptography;

namespace Relay.Client.Connections;

/// <summary>Pings that wait for their pong; few at a time. Thread safe.</summary>
internal sealed class PendingPings(TimeProvider time)
{
    private const int Limit = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, (TaskCompletionSource<TimeSpan> Answer, long Sent)> _waiting = [];
    private RelayException? _failure;

    /// <summary>Begins a ping with a random number, as the relay and others on the way must not guess it.</summary>
    public (ulong Data, Task<TimeSpan> Answer) Start()
    {
        var data = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        var answer = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_failure is not null) throw _failure.Again();
            if (_waiting.Count >= Limit) throw new InvalidOperationException($"{Limit} pings are waiting already");
            _waiting[data] = (answer, time.GetTimestamp());
        }

        return (data, answer.Task);
    }

    public void Forget(ulong data)
    {
        lock (_gate) _waiting.Remove(data);
    }

    /// <summary>Completes the ping that this answers; false where there is none.</summary>
    public bool TryComplete(ulong data)
    {
        lock (_gate)
            return _waiting.Remove(data, out var ping) && ping.Answer.TrySetResult(time.GetElapsedTime(ping.Sent));
    }

    public void Fail(RelayException failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            foreach (var (answer, _) in _waiting.Values)
            {
                answer.TrySetException(failure.Again());
                _ = answer.Task.Exception; // the caller may have failed to send, or given up, just now
            }

            _waiting.Clear();
        }
    }
}
