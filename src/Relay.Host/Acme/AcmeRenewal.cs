using Relay.Acme;
using Relay.Acme.Renewal;
using Relay.Host.Certificates;
using Relay.Host.Commands;

namespace Relay.Host.Acme;

/// <summary>
/// Sees to it that there is a certificate: gets one when there is none, and a new one in good time. What fails leaves the
/// one in force where it is, is logged loudly, and is tried again.
/// </summary>
internal sealed class AcmeRenewal : IAsyncDisposable
{
    // The certificate may be replaced by hand, and the authority may change its mind.
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(6), AskAgainSoonest = TimeSpan.FromHours(1);

    private readonly AcmeSetup _setup;
    private readonly CertificateSource _certificates;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private TaskCompletionSource _woken = NewSignal();
    private bool _hasAccount;
    private IssuedCertificate? _unkept;
    private string? _known;
    private double _chance;
    private RenewalInfo? _info;
    private DateTimeOffset _askNext;

    /// <summary>Begins at once.</summary>
    /// <param name="setup">For whom, from whom, and where it is kept.</param>
    /// <param name="certificates">Serves what is got.</param>
    /// <param name="http">How to reach the authority; disposed of here.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of everything.</param>
    internal AcmeRenewal(AcmeSetup setup, CertificateSource certificates, HttpClient http, TimeProvider time, ILogger logger)
    {
        (_setup, _certificates, _http, _time, _logger) = (setup, certificates, http, time, logger);
        _hasAccount = !setup.Credentials.Made;
        _running = Task.Run(() => RunAsync(_stopping.Token));
    }

    /// <summary>How relayd reaches authorities: redirects are not followed, since what is signed is signed for one address.</summary>
    internal static HttpClient NewHttp() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each request has a deadline of its own
        DefaultRequestHeaders = { { "User-Agent", $"relayd/{BuildVersion.Short}" } },
    };

    /// <summary>Looks again now: the operator has mended something.</summary>
    internal void Wake() => _woken.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
        _http.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        for (var failures = 0; !stop.IsCancellationRequested;)
        {
            TimeSpan pause;
            try
            {
                pause = await LookAsync(stop);
                failures = 0;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The root of this loop: whatever is wrong, the next attempt may go better.
                pause = RenewalSchedule.PauseAfter(++failures, (e as AcmeException)?.RetryAfter, Random.Shared.NextDouble());
                LogFailure(e, pause);
            }

            await PauseAsync(pause, stop);
        }
    }

    private async Task<TimeSpan> LookAsync(CancellationToken stop)
    {
        var due = await DueAsync(stop);
        if (due is null || due <= _time.GetUtcNow())
        {
            await RenewAsync(stop);
            due = await DueAsync(stop) ?? _time.GetUtcNow();
            // Either a clock or the authority is wrong, and asking on would use up what it issues in a week.
            if (due <= _time.GetUtcNow()) throw new AcmeException("what was just issued is due to be renewed already; is this machine's clock right?");
            Log.NextRenewal(_logger, _setup.HostName, due.Value);
        }

        var left = due.Value - _time.GetUtcNow();
        return TimeSpan.FromTicks(Math.Clamp(left.Ticks, TimeSpan.TicksPerSecond, LookAgain.Ticks));
    }

    /// <summary>When the certificate in force is to be renewed; null for at once.</summary>
    private async Task<DateTimeOffset?> DueAsync(CancellationToken stop)
    {
        if (_certificates.Current is not { } current) return null;
        var record = AcmeRecord.TryRead(_setup.RecordPath);
        var isKnown = record?.Certificate == current.Pin;
        if (isKnown && record!.Directory != _setup.Options.Directory) return null;
        if (_known != current.Pin) (_known, _chance, _info, _askNext) = (current.Pin, Random.Shared.NextDouble(), null, default);
        if (isKnown) await AskAsync(current, stop);
        return _info is null
            ? RenewalSchedule.Due(current.NotBefore, current.NotAfter, _chance)
            : RenewalSchedule.Due(_info, current.NotBefore, current.NotAfter, _chance);
    }

    private async Task AskAsync(LoadedCertificate current, CancellationToken stop)
    {
        var now = _time.GetUtcNow();
        if (now < _askNext) return;
        _askNext = now + LookAgain;
        try
        {
            var client = await OpenAsync(stop);
            _info = await client.GetRenewalInfoAsync(current.Leaf, stop);
            if (_info?.RetryAfter is { } asked) _askNext = now + (asked > AskAgainSoonest ? asked : AskAgainSoonest);
        }
        catch (AcmeException e)
        {
            // Its own schedule is good enough.
            Log.NoRenewalInfo(_logger, e.Message);
        }
    }

    private async Task RenewAsync(CancellationToken stop)
    {
        // An authority issues few certificates of one name a week: one that a full disk did not take is not asked for again.
        _unkept ??= Judged(await IssueAsync(stop));
        _setup.Keep(_unkept);
        _unkept = null;
        if (!_certificates.Reload()) throw new AcmeException("what was issued is not fit to be served; see the line before this one");
    }

    // What cannot be served must not take the place of what can.
    private IssuedCertificate Judged(IssuedCertificate issued)
    {
        try
        {
            _certificates.Judge(AcmeSetup.Pem(issued));
            return issued;
        }
        catch (Failures.StartupException e)
        {
            throw new AcmeException($"what was issued is not fit to be served: {e.Message}", e);
        }
    }

    private async Task<IssuedCertificate> IssueAsync(CancellationToken stop)
    {
        Log.Ordering(_logger, _setup.Options.Directory.Authority, _setup.HostName);
        var client = await OpenAsync(stop);
        if (!_hasAccount) Log.Accepting(_logger, client.TermsOfService);
        var replaced = _certificates.Current is { } current && AcmeRecord.TryRead(_setup.RecordPath) == new AcmeRecord(_setup.Options.Directory, current.Pin)
            ? current.Leaf
            : null;
        var issued = await client.IssueAsync(_setup.HostName, _setup.Challenges, replaced, stop);
        _hasAccount = true;
        return issued;
    }

    private Task<AcmeClient> OpenAsync(CancellationToken stop) => AcmeClient.OpenAsync(_http, _setup.ToClientOptions(_hasAccount, _time), stop);

    private void LogFailure(Exception e, TimeSpan pause)
    {
        var reason = Failures.StartupException.OneLine(e.Message);
        if (_certificates.Current is { } current) Log.NotRenewed(_logger, _setup.HostName, reason, current.NotAfter, pause);
        else Log.NotIssued(_logger, _setup.HostName, reason, pause);
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var over = Task.Delay(pause, _time, enough.Token);
        await Task.WhenAny(over, _woken.Task);
        await enough.CancelAsync();
        if (_woken.Task.IsCompleted) _woken = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
