using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Relay.Mesh.Cluster;

/// <summary>Whether the store answers, and why not. Logs when that changes, and when it did not answer from the start. Thread safe.</summary>
internal sealed class StoreState(ILogger logger)
{
    private readonly Lock _gate = new();
    private string? _fault;
    private bool _answers;
    private long _failures;

    /// <summary>The last thing heard of it was an answer.</summary>
    public bool Answers
    {
        get
        {
            lock (_gate) return _answers;
        }
    }

    /// <summary>Why it does not answer, in one line; null while it does, and before it was asked.</summary>
    public string? Fault
    {
        get
        {
            lock (_gate) return _fault;
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
        lock (_gate)
        {
            if (_answers) return false;
            (_answers, _fault) = (true, null);
        }

        Log.StoreBack(logger);
        return true;
    }

    /// <summary>It did not.</summary>
    public void OnFailure(Exception e)
    {
        Interlocked.Increment(ref _failures);

        // The library's own message is long and says what happened to a command; the cause says what is wrong.
        var reason = e.GetBaseException().Message.Split('\n')[0].Trim();
        bool first;
        lock (_gate)
        {
            first = _fault is null;
            (_answers, _fault) = (false, reason);
        }

        if (first) Log.StoreGone(logger, reason);
    }
}
