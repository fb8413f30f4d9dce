using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Serialization.Metadata;
using Relay.Acme.Challenges;
using Relay.Acme.Http;
using Relay.Acme.Messages;
using Relay.Acme.Renewal;
using Relay.Acme.Signing;

namespace Relay.Acme;

public sealed partial class AcmeClient
{
    private const string ForAddresses = "shortlived";

    private static readonly TimeSpan ShortestPoll = TimeSpan.FromSeconds(1), LongestPoll = TimeSpan.FromSeconds(20);

    /// <summary>Gets a new certificate. Where the authority does not find the answer to one kind of challenge, the next kind is tried.</summary>
    /// <param name="host">The DNS name or address that it is for.</param>
    /// <param name="solver">Answers the challenges.</param>
    /// <param name="replaced">This authority's certificate that it takes the place of; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AcmeException">There is none.</exception>
    public async Task<IssuedCertificate> IssueAsync(
        string host, IChallengeSolver solver, X509Certificate2? replaced = null, CancellationToken cancellationToken = default)
    {
        await EnsureAccountAsync(cancellationToken).ConfigureAwait(false);
        for (var i = 0; ; i++)
        {
            try
            {
                return await IssueAsync(host, solver, solver.Kinds[i], replaced, cancellationToken).ConfigureAwait(false);
            }
            catch (AcmeException e) when (e.IsFailedChallenge && i + 1 < solver.Kinds.Count)
            {
                // An order with a failed challenge is spent: a new one, for the next kind.
            }
        }
    }

    private async Task<IssuedCertificate> IssueAsync(
        string host, IChallengeSolver solver, ChallengeKind kind, X509Certificate2? replaced, CancellationToken cancellation)
    {
        var placed = await OrderAsync(host, replaced, cancellation).ConfigureAwait(false);
        var place = placed.Location.Required("the order", _options.Directory);
        var order = placed.As(AcmeJson.Default.OrderMessage, place);
        foreach (var url in order.Authorizations ?? [])
            await AuthorizeAsync(url.Required("an authorization", _options.Directory), host, solver, kind, cancellation).ConfigureAwait(false);

        // It has all authorizations, but the authority may take a moment to notice.
        order = await UntilAsync(place, AcmeJson.Default.OrderMessage, o => o.Status is not "pending", cancellation).ConfigureAwait(false);
        using var request = new CertificateSigningRequest(host);
        if (order.Status == "ready") order = await FinalizeAsync(order, place, request, cancellation).ConfigureAwait(false);
        if (order is not { Status: "valid", Certificate: { } address })
            throw new AcmeException($"{place.Authority} did not issue the certificate: {order.Error?.ToString() ?? $"the order is {order.Status}"}");

        var download = await _transport.ReadAsync(address.Required("the certificate", _options.Directory), cancellation).ConfigureAwait(false);
        return request.Complete(download.Body, place.Authority);
    }

    private async Task<AcmeResponse> OrderAsync(string host, X509Certificate2? replaced, CancellationToken cancellation)
    {
        var url = _directory.NewOrder.Required("orders", _options.Directory);
        var identifier = Identifier.Of(host);
        var order = new NewOrderMessage([identifier])
        {
            Profile = Profile(identifier),
            Replaces = replaced is null || _directory.RenewalInfo is null ? null : CertificateId.Of(replaced),
        };
        try
        {
            return await _transport.PostAsync(url, order, AcmeJson.Default.NewOrderMessage, cancellation).ConfigureAwait(false);
        }
        catch (AcmeException e) when (order.Replaces is not null && e.Kind is "alreadyReplaced" or "malformed" or "conflict")
        {
            // Somebody else replaced it, or the authority has forgotten it: that is no reason not to have a new one.
            return await _transport.PostAsync(url, order with { Replaces = null }, AcmeJson.Default.NewOrderMessage, cancellation).ConfigureAwait(false);
        }
    }

    // Let's Encrypt has certificates for addresses with this profile only.
    private string? Profile(Identifier identifier) =>
        _options.Profile ?? (identifier.Type == "ip" && _directory.Meta?.Profiles?.ContainsKey(ForAddresses) == true ? ForAddresses : null);

    private async Task AuthorizeAsync(Uri url, string host, IChallengeSolver solver, ChallengeKind kind, CancellationToken cancellation)
    {
        var response = await _transport.ReadAsync(url, cancellation).ConfigureAwait(false);
        var authorization = response.As(AcmeJson.Default.AuthorizationMessage, url);
        if (authorization.Status == "valid") return;

        var challenge = authorization.Challenges?.FirstOrDefault(c => c?.Type == kind.Name())
            ?? throw new AcmeException($"{url.Authority} offers no {kind.Name()} challenge for {host}") { IsFailedChallenge = true };
        if (challenge.Token is not { Length: >= 1 and <= 128 } token || !token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new AcmeException($"{url.Authority} gave a challenge without a proper token");
        using var presented = solver.Present(new ChallengeAnswer(kind, host, token, $"{token}.{_options.Key.Thumbprint}"));
        var address = challenge.Url.Required("a challenge", _options.Directory);
        await _transport.PostAsync(address, new EmptyMessage(), AcmeJson.Default.EmptyMessage, cancellation).ConfigureAwait(false);

        authorization = await UntilAsync(url, AcmeJson.Default.AuthorizationMessage, a => a.Status is not "pending", cancellation).ConfigureAwait(false);
        if (authorization.Status == "valid") return;
        var error = authorization.Challenges?.FirstOrDefault(c => c?.Url == challenge.Url)?.Error;
        throw new AcmeException($"{url.Authority} did not find {host} by {kind.Name()}: {error?.ToString() ?? $"the authorization is {authorization.Status}"}")
        {
            IsFailedChallenge = true,
        };
    }

    private async Task<OrderMessage> FinalizeAsync(OrderMessage order, Uri place, CertificateSigningRequest request, CancellationToken cancellation)
    {
        var url = order.Finalize.Required("the end of the order", _options.Directory);
        try
        {
            await _transport.PostAsync(url, new FinalizeMessage(request.Csr), AcmeJson.Default.FinalizeMessage, cancellation).ConfigureAwait(false);
        }
        catch (AcmeException e) when (e.Kind == "orderNotReady")
        {
            // An answer that got lost, and was asked for again: what became of the order says all.
        }

        return await UntilAsync(place, AcmeJson.Default.OrderMessage, o => o.Status is not ("ready" or "processing"), cancellation).ConfigureAwait(false);
    }

    private async Task<T> UntilAsync<T>(
        Uri url, JsonTypeInfo<T> type, Func<T, bool> isOver, CancellationToken cancellation)
        where T : class
    {
        var began = _options.TimeProvider.GetTimestamp();
        while (true)
        {
            var response = await _transport.ReadAsync(url, cancellation).ConfigureAwait(false);
            var state = response.As(type, url);
            if (isOver(state)) return state;
            if (_options.TimeProvider.GetElapsedTime(began) > _options.PollTimeout)
                throw new AcmeException($"{url.Authority} came to no end within {_options.PollTimeout.TotalMinutes:0.#} min");
            var pause = TimeSpan.FromTicks(Math.Clamp((response.RetryAfter ?? ShortestPoll).Ticks, ShortestPoll.Ticks, LongestPoll.Ticks));
            await Task.Delay(pause, _options.TimeProvider, cancellation).ConfigureAwait(false);
        }
    }
}
