using System.Net;
using Microsoft.Extensions.Logging;
using Relay.Protocol.Keys;

namespace Relay.Server.Admission;

/// <summary>
/// Says who was not let in: each key once a minute, and so many keys a minute, for a client that is refused comes again
/// and again. Thread safe.
/// </summary>
internal sealed class RefusalLog(TimeProvider time, ILogger logger)
{
    private const int MaxKeys = 100;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly HashSet<NodeKey> _said = [];
    private long _begun = time.GetTimestamp();
    private long _unsaid;

    /// <summary>A client was refused.</summary>
    public void Note(NodeKey client, IPAddress? source, AdmissionResult why)
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_begun) >= Minute) Turn();
            if (_said.Contains(client)) return;
            if (_said.Count == MaxKeys)
            {
                _unsaid++;
                return;
            }

            _said.Add(client);
        }

        AdmissionLog.Refused(logger, new WholeKey(client), source, why);
    }

    private void Turn()
    {
        if (_unsaid > 0) AdmissionLog.MoreRefused(logger, _unsaid);
        _said.Clear();
        (_unsaid, _begun) = (0, time.GetTimestamp());
    }
}
