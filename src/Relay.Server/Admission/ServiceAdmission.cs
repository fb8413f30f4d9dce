using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using Relay.Protocol.Keys;
using Relay.Server.Limits;

namespace Relay.Server.Admission;

/// <summary>
/// Lets in whom an HTTP service allows. A wave of clients becomes few questions: answers are remembered, equal questions
/// share one answer, and only so many are asked at once. A grant that has an end is renewed before it, by asking again.
/// </summary>
public sealed class ServiceAdmission : IAdmission, IDisposable
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly AdmissionServiceOptions _options;
    private readonly AdmissionLookUps _lookUps;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AdmissionService _service;
    private readonly AnswerMemory _memory;
    private readonly ConcurrencyLimiter _turns;
    private readonly NetworkTable _networks = new();
    private readonly Lock _asking = new();
    private readonly Dictionary<AdmissionQuestion, Task<AdmissionAnswer>> _underWay = [];
    private volatile bool _knowsNetworks;
    private long _unansweredLogged = long.MinValue;

    /// <param name="options">Where and how.</param>
    /// <param name="handler">Carries the requests; disposed of with this.</param>
    /// <param name="lookUps">Counts how questions were answered.</param>
    /// <param name="time">The clock of all waits and leases.</param>
    /// <param name="logger">Told, once a minute, when nobody answers.</param>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    public ServiceAdmission(AdmissionServiceOptions options, HttpMessageHandler handler, AdmissionLookUps lookUps, TimeProvider time, ILogger logger)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        (_options, _lookUps, _time, _logger) = (options, lookUps, time, logger);
        _service = new AdmissionService(options, handler, time);
        _memory = new AnswerMemory(options.MaxRemembered, time);
        _turns = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = options.MaxQuestions, QueueLimit = options.MaxWaiting });
    }

    /// <summary>Nobody is asked just now, for nobody answered.</summary>
    public bool IsBroken => _service.IsBroken;

    /// <inheritdoc/>
    public ValueTask<AdmissionAnswer> AdmitAsync(NodeKey client, IPAddress? source, CancellationToken cancellationToken)
    {
        var question = new AdmissionQuestion(client, source);
        if (_memory.TryFind(question, out var known) && !(known.Value.Grant?.IsOver(_time) ?? false))
        {
            _lookUps.Add(AdmissionLookUp.Hit);
            return new(known.Value);
        }

        return new(AskOnce(question).WaitAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public void Renew(NodeKey client, IPAddress? source, Grant grant) => _ = RenewAsync(new AdmissionQuestion(client, source), grant);

    /// <inheritdoc/>
    public bool TryFindNetwork(NodeKey remote, out Network? network)
    {
        network = null;
        if (!_knowsNetworks) return true;

        // Asked for another relay's client, whose address is not known here. The first packets are lost meanwhile; later on
        // what was said last holds until there is an answer.
        var question = new AdmissionQuestion(remote, null);
        if (!_memory.TryFind(question, out var known))
        {
            _ = AskOnce(question);
            if (!_memory.TryRecall(question, out known)) return false;
        }

        network = known.Value.Grant?.Network;
        return known.Value.Grant is not null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _service.Dispose();
        _turns.Dispose();
    }

    // Equal questions that come meanwhile share the answer. It is nobody's to cancel: whoever waits may go, it goes on.
    private Task<AdmissionAnswer> AskOnce(AdmissionQuestion question)
    {
        lock (_asking)
        {
            if (_underWay.TryGetValue(question, out var asked))
            {
                _lookUps.Add(AdmissionLookUp.Shared);
                return asked;
            }

            _lookUps.Add(AdmissionLookUp.Miss);
            asked = Task.Run(() => AskAndRememberAsync(question));
            _underWay.Add(question, asked);
            return asked;
        }
    }

    private async Task<AdmissionAnswer> AskAndRememberAsync(AdmissionQuestion question)
    {
        try
        {
            var (result, said) = await AskInTurnAsync(question).ConfigureAwait(false);
            var answer = result switch
            {
                AdmissionResult.Admitted => AdmissionAnswer.Admit(GrantOf(said!)),
                AdmissionResult.Unanswered when _options.AdmitUnanswered => new AdmissionAnswer(AdmissionResult.AdmittedUnanswered, new Grant(null)),
                _ => AdmissionAnswer.Refuse(result),
            };

            // What is no answer is worth no memory: the next client may find somebody who gives one.
            if (result == AdmissionResult.Admitted) _memory.Put(question, answer, Shorter(_options.RememberYes, said!.ExpiresSeconds));
            else if (result == AdmissionResult.Denied) _memory.Put(question, answer, _options.RememberNo);
            else if (question.Source is null) KeepForAWhile(question);
            return answer;
        }
        finally
        {
            lock (_asking) _underWay.Remove(question);
        }
    }

    // A service that is gone parts no clients here, and so it must not part those of two relays.
    private void KeepForAWhile(AdmissionQuestion question)
    {
        if (_memory.TryRecall(question, out var said)) _memory.Put(question, said.Value, _options.BreakTime);
    }

    private async Task<(AdmissionResult Result, ServiceAnswer? Answer)> AskInTurnAsync(AdmissionQuestion question)
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        if (turn is null) return (AdmissionResult.Overloaded, null);
        var reply = await _service.AskAsync(question).ConfigureAwait(false);
        if (reply.Result is AdmissionResult.Unanswered or AdmissionResult.BadAnswer) LogTrouble(reply.Result);
        return reply;
    }

    // Waiting and asking together stay within the time that a client's handshake has.
    private async Task<RateLimitLease?> TakeTurnAsync()
    {
        using var deadline = new CancellationTokenSource(_options.TotalTimeout / 2, _time);
        try
        {
            var turn = await _turns.AcquireAsync(1, deadline.Token).ConfigureAwait(false);
            if (turn.IsAcquired) return turn;
            turn.Dispose();
        }
        catch (OperationCanceledException)
        {
            // Too many before it.
        }

        return null;
    }

    private async Task RenewAsync(AdmissionQuestion question, Grant grant)
    {
        var (result, said) = await AskInTurnAsync(question).ConfigureAwait(false);
        switch (result)
        {
            case AdmissionResult.Admitted when NetworkOf(said!) == grant.Network:
                Fill(grant, said!);
                break;
            case AdmissionResult.Denied:
                _memory.Put(question, AdmissionAnswer.Refuse(result), _options.RememberNo);
                grant.Revoke();
                break;
            case AdmissionResult.Admitted:
                // Into another network, to which it finds by coming back.
                grant.Revoke();
                break;
            case AdmissionResult.Unanswered when _options.AdmitUnanswered:
                grant.LastFor(_options.RememberYes, _options.RememberYes / 2, _time);
                break;
            default:
                // It lasts to its end; asked again until then.
                grant.RenewAfter(_options.BreakTime, _time);
                break;
        }
    }

    private Grant GrantOf(ServiceAnswer said)
    {
        var grant = new Grant(NetworkOf(said));
        Fill(grant, said);
        return grant;
    }

    private void Fill(Grant grant, ServiceAnswer said)
    {
        var lease = TimeSpan.FromSeconds(said.ExpiresSeconds);

        // Three quarters of it leave time to ask more than once.
        if (lease == TimeSpan.Zero) grant.LastForGood();
        else grant.LastFor(lease, 0.75 * lease, _time);
        grant.Rate = said.RateBytesPerSecond == 0 ? null : new ByteRate(said.RateBytesPerSecond);
    }

    private Network? NetworkOf(ServiceAnswer said)
    {
        if (said.Network is null) return null;
        _knowsNetworks = true;
        return _networks.Of(said.Network);
    }

    private static TimeSpan Shorter(TimeSpan time, long seconds) =>
        seconds > 0 && seconds < time.TotalSeconds ? TimeSpan.FromSeconds(seconds) : time;

    private void LogTrouble(AdmissionResult result)
    {
        var now = _time.GetTimestamp();
        var last = Interlocked.Read(ref _unansweredLogged);
        if (last != long.MinValue && _time.GetElapsedTime(last, now) < LogInterval) return;
        if (Interlocked.CompareExchange(ref _unansweredLogged, now, last) != last) return;
        AdmissionLog.ServiceTrouble(_logger, _options.Url.Host, result, result == AdmissionResult.Unanswered && _options.AdmitUnanswered ? "let in" : "refused");
    }
}
