using System.Net;
using System.Net.Sockets;

namespace Relay.Paths.PortMapping;

/// <summary>
/// Asks the router for a port outside that leads to one of ours, keeps it, and gives it back at the end. Works in the
/// background from its making on; nothing waits for it. Thread safe.
/// </summary>
public sealed class PortMapper : IAsyncDisposable
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(30), LongestRetry = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(8), ReleaseLimit = TimeSpan.FromSeconds(2);

    private readonly int _localPort;
    private readonly PortMapperOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile TaskCompletionSource _networkChanged = NewSignal();
    private volatile PortMapping? _current;
    private bool _disposed;

    /// <param name="localPort">Our UDP port.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    public PortMapper(int localPort, PortMapperOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(localPort, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(localPort, 65535);
        (_localPort, _options) = (localPort, options ?? new PortMapperOptions());
        _time = _options.TimeProvider;
        _running = Task.Run(RunAsync);
    }

    /// <summary>The mapping that stands now; null while there is none.</summary>
    public PortMapping? Current => _current;

    /// <summary>
    /// <see cref="Current"/> has changed; its new value is the argument. Called one after the other, from the mapper's own
    /// thread; must not throw, nor wait for the mapper.
    /// </summary>
    public event Action<PortMapping?>? Changed;

    /// <summary>Interfaces or addresses have changed: look for the router anew, now.</summary>
    public void NetworkChanged() => _networkChanged.TrySetResult();

    /// <summary>Gives the mapping back, within two seconds, and ends. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        var (retry, wanted) = (FirstRetry, 0);
        while (!_stop.IsCancellationRequested)
        {
            var changed = Rearm();
            if (GatewayFinder.Find(_options) is { } router)
            {
                if (await AskAsync(router, wanted).ConfigureAwait(false) is var (protocol, lease))
                {
                    using (protocol) wanted = (await KeepAsync(protocol, lease, changed).ConfigureAwait(false)).External.Port;
                    retry = FirstRetry;
                    continue;
                }
            }

            await WaitAsync(retry, changed).ConfigureAwait(false);
            retry = changed.IsCompleted ? FirstRetry : TimeSpan.FromTicks(Math.Min(2 * retry.Ticks, LongestRetry.Ticks));
        }
    }

    private Task Rearm()
    {
        if (_networkChanged.Task.IsCompleted) _networkChanged = NewSignal();
        return _networkChanged.Task;
    }

    /// <summary>The protocols in turn: PCP, NAT-PMP, UPnP. The first that grants something is kept to.</summary>
    private async Task<(IPortProtocol Protocol, PortLease Lease)?> AskAsync(IPAddress router, int wanted)
    {
        using var limit = new CancellationTokenSource(AttemptLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        foreach (var find in new Func<Task<IPortProtocol?>>[]
        {
            () => Task.FromResult<IPortProtocol?>(new PcpClient(new IPEndPoint(router, _options.NatPmpPort), _localPort, _options)),
            () => Task.FromResult<IPortProtocol?>(new NatPmpClient(new IPEndPoint(router, _options.NatPmpPort), _localPort, _options)),
            async () => await UpnpClient.FindAsync(router, _localPort, _options, either.Token).ConfigureAwait(false),
        })
        {
            IPortProtocol? protocol = null;
            try
            {
                protocol = await find().ConfigureAwait(false);
                if (protocol is null) continue;
                if (await protocol.MapAsync(wanted, _options.Lifetime, either.Token).ConfigureAwait(false) is { } lease) return (protocol, lease);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // No time left, or no way to the router.
            }

            protocol?.Dispose();
        }

        return null;
    }

    /// <summary>Keeps a lease until it is lost, the network changes or the end comes, and returns the last state of it.</summary>
    private async Task<PortLease> KeepAsync(IPortProtocol protocol, PortLease lease, Task changed)
    {
        var granted = _time.GetTimestamp();
        Set(protocol, lease);
        while (true)
        {
            await WaitAsync(Min(CheckEvery, lease.Lifetime / 4), changed).ConfigureAwait(false);
            if (_stop.IsCancellationRequested || changed.IsCompleted) break;
            try
            {
                var holds = await protocol.HoldsAsync(lease, _stop.Token).ConfigureAwait(false);
                var age = _time.GetElapsedTime(granted);
                if (holds && age < lease.Lifetime / 2) continue;

                // Half of the time is left to try again, in case the router does not answer.
                var renewed = await protocol.MapAsync(lease.External.Port, _options.Lifetime, _stop.Token).ConfigureAwait(false);
                if (renewed is not null) (lease, granted) = (renewed, _time.GetTimestamp());
                else if (!holds || age >= lease.Lifetime) break;
                Set(protocol, lease);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        Set(null, null);
        await ReleaseAsync(protocol, lease).ConfigureAwait(false);
        return lease;
    }

    private async Task ReleaseAsync(IPortProtocol protocol, PortLease lease)
    {
        using var limit = new CancellationTokenSource(ReleaseLimit, _time);
        try
        {
            await protocol.ReleaseAsync(lease, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It ends by itself.
        }
    }

    private void Set(IPortProtocol? protocol, PortLease? lease)
    {
        var now = protocol is null || lease is null ? null : new PortMapping(lease.External, protocol.Protocol, lease.Lifetime);
        if (now == _current) return;
        _current = now;
        Changed?.Invoke(now);
    }

    private async Task WaitAsync(TimeSpan time, Task changed)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await Task.WhenAny(changed, Task.Delay(time, _time, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
