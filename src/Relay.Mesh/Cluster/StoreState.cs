using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Relay.Mesh.Cluster;

/// <summary>
/// Whether the store answers and takes updates, and why not. Logs when that changes, and when it did not answer from the
/// start. Thread safe.
/// </summary>
internal sealed class StoreState(ILogger logger)
{
    private readonly Lock _gate = new();
    private string? _fault, _refusal;
    private bool _answers, _refusalLogged;
    private long _failures;

    /// <summary>The last thing heard of it was an answer.</summary>
    public bool Answers
    {
        get
        {
            lock (_gate) return _answers;
        }
    }

    /// <summary>Why it does not answer, or else takes no updates, in one line; null while all is well, and before it was asked.</summary>
    public string? Fault
    {
        get
        {
            lock (_gate) return _fault ?? _refusal;
        }
    }

    /// <summary>Calls that failed.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>What calls throw when the store, or the way to it, is at fault.</summary>
    public static bool IsFault(Exception e) =>
        e is RedisException or TimeoutException or OperationCanceledException or ObjectDisposedException or IOException or SocketException;

    /// <summary>It answered. True: it did not before.</summary>
    public bool OnAnswer()
    {
        string? refusal;
        lock (_gate)
        {
            if (_answers)
            {
                if (_refusal is null || _refusalLogged) return false;
                (refusal, _refusalLogged) = (_refusal, true);
            }
            else
            {
                (_answers, _fault, _refusal, refusal) = (true, null, null, null);
            }
        }

        if (refusal is not null) Log.StoreRefuses(logger, refusal);
        else Log.StoreBack(logger);
        return refusal is null;
    }

    /// <summary>It did not.</summary>
    public void OnFailure(Exception e)
    {
        Interlocked.Increment(ref _failures);
        var reason = Reason(e);
        bool first;
        lock (_gate)
        {
            first = _fault is null;
            (_answers, _fault) = (false, reason);
        }

        if (first) Log.StoreGone(logger, reason);
    }

    /// <summary>Updates were written, or (with why) not. True: that they are not is news.</summary>
    public bool OnUpdates(Exception? failure)
    {
        if (failure is not null) Interlocked.Increment(ref _failures);
        lock (_gate)
        {
            var first = failure is not null && _refusal is null;
            _refusal = failure is null ? null : Reason(failure);
            if (_refusal is null) _refusalLogged = false;
            return first;
        }
    }

    // The library's own message is long and says what happened to a command; the cause says what is wrong.
    private static string Reason(Exception e) => e.GetBaseException().Message.Split('\n')[0].Trim();
}
