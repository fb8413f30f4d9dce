using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Relay.Server.Mesh;

namespace Relay.Mesh.Members;

/// <summary>
/// Keeps a mesh's members what the operator lists: names are looked up again and again, and a changed list is taken over
/// while links to those who stay go on. Thread safe.
/// </summary>
public sealed class MeshRoster : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    // A name server that does not answer: this name is looked up again, the others are not kept waiting.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly RelayMesh _mesh;
    private readonly TimeProvider _time;
    private readonly ILogger<MeshRoster> _logger;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, IPAddress[]> _known = [];
    private readonly Task _running;
    private volatile IReadOnlyList<MeshTarget> _targets;
    private volatile TaskCompletionSource _changed = NewSignal();
    private volatile int _unresolved;

    /// <summary>Begins at once.</summary>
    public MeshRoster(RelayMesh mesh, IReadOnlyList<MeshTarget> targets, TimeProvider time, ILogger<MeshRoster> logger)
        : this(mesh, targets, time, logger, Dns.GetHostAddressesAsync)
    {
    }

    internal MeshRoster(
        RelayMesh mesh, IReadOnlyList<MeshTarget> targets, TimeProvider time, ILogger<MeshRoster> logger, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        (_mesh, _targets, _time, _logger, _resolve) = (mesh, targets, time, logger, resolve);
        _running = RunAsync(_stopping.Token);
    }

    /// <summary>Names that did not resolve when they were last looked up.</summary>
    public int Unresolved => _unresolved;

    /// <summary>Takes over a changed list, and looks all names up at once.</summary>
    public void Replace(IReadOnlyList<MeshTarget> targets)
    {
        _targets = targets;
        _changed.TrySetResult();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            _changed = NewSignal();
            try
            {
                await LookUpAsync(_targets, stopping).ConfigureAwait(false);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                // The root of this loop: whatever is wrong, the next look may go better.
                Log.RosterFault(_logger, e);
            }

            var pause = Task.Delay(_unresolved > 0 ? AfterFailure : Interval, _time, stopping);
            await Task.WhenAny(_changed.Task, pause).ConfigureAwait(false);
            stopping.ThrowIfCancellationRequested();
        }
    }

    // Side by side, and each is linked to as soon as it is found: one slow name delays none of the others.
    private async Task LookUpAsync(IReadOnlyList<MeshTarget> targets, CancellationToken stopping)
    {
        var names = targets.Select(target => target.Dial).ToHashSet();
        foreach (var gone in _known.Keys.Where(name => !names.Contains(name)).ToList()) _known.Remove(gone);
        await _mesh.SetMembersAsync([.. targets.SelectMany(MembersOf)]).ConfigureAwait(false);
        await foreach (var lookUp in Task.WhenEach(names.Select(name => AddressesAsync(name, stopping))).ConfigureAwait(false))
        {
            var (name, addresses) = await lookUp.ConfigureAwait(false);

            // A name that stops resolving keeps the addresses it had: DNS failing must not take links down that work.
            if (addresses.Length > 0) _known[name] = addresses;
            await _mesh.SetMembersAsync([.. targets.SelectMany(MembersOf)]).ConfigureAwait(false);
        }

        _unresolved = targets.Count(target => !_known.ContainsKey(target.Dial));
    }

    private IEnumerable<MeshMember> MembersOf(MeshTarget target)
    {
        var addresses = _known.GetValueOrDefault(target.Dial, []);
        return addresses.Select(address => new MeshMember
        {
            Name = addresses.Length == 1 ? target.ToString() : $"{target} {address}",
            Host = target.Host,
            Port = target.Port,
            Address = address.ToString(),
            Pin = target.Pin,
        });
    }

    private async Task<(string Name, IPAddress[] Addresses)> AddressesAsync(string name, CancellationToken stopping)
    {
        if (IPAddress.TryParse(name, out var literal)) return (name, [literal]);
        var error = SocketError.NoData;
        try
        {
            var found = await _resolve(name, stopping).WaitAsync(Longest, _time, stopping).ConfigureAwait(false);
            if (found.Length > 0) return (name, [.. found.Distinct().OrderBy(address => address.ToString(), StringComparer.Ordinal)]);
        }
        catch (SocketException e)
        {
            error = e.SocketErrorCode;
        }
        catch (TimeoutException)
        {
            error = SocketError.TimedOut;
        }

        if (!_known.ContainsKey(name)) Log.Unresolved(_logger, name, error);
        return (name, []);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
