using System.Security.Cryptography.X509Certificates;
using Relay.Acme.Http;
using Relay.Acme.Messages;
using Relay.Acme.Renewal;

namespace Relay.Acme;

/// <summary>An account with an authority that issues certificates by ACME (RFC 8555). For one caller at a time.</summary>
public sealed partial class AcmeClient
{
    private readonly AcmeClientOptions _options;
    private readonly AcmeTransport _transport;
    private readonly DirectoryMessage _directory;

    private AcmeClient(AcmeClientOptions options, AcmeTransport transport, DirectoryMessage directory) =>
        (_options, _transport, _directory) = (options, transport, directory);

    /// <summary>The terms that an account agrees to; null where the authority names none.</summary>
    public Uri? TermsOfService => _directory.Meta?.TermsOfService;

    /// <summary>Reads the authority's directory. An account is found, or made, when it is first needed.</summary>
    /// <param name="http">How to reach the authority. Should follow no redirects.</param>
    /// <param name="options">Which authority, and in whose name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AcmeException">It cannot be read.</exception>
    public static async Task<AcmeClient> OpenAsync(HttpClient http, AcmeClientOptions options, CancellationToken cancellationToken = default)
    {
        var transport = new AcmeTransport(http, options.Key, options);
        var response = await transport.GetAsync(options.Directory, cancellationToken).ConfigureAwait(false);
        var directory = response.As(AcmeJson.Default.DirectoryMessage, options.Directory);
        transport.NewNonce = directory.NewNonce.Required("nonces", options.Directory);
        return new AcmeClient(options, transport, directory);
    }

    /// <summary>Asks when <paramref name="certificate"/> should be renewed; null where the authority cannot be asked that (RFC 9773).</summary>
    /// <exception cref="AcmeException">There was no good answer.</exception>
    public async Task<RenewalInfo?> GetRenewalInfoAsync(X509Certificate2 certificate, CancellationToken cancellationToken = default)
    {
        if (_directory.RenewalInfo is not { } root || CertificateId.Of(certificate) is not { } id) return null;
        var url = new Uri($"{root.Required("renewal info", _options.Directory).OriginalString.TrimEnd('/')}/{id}");
        var response = await _transport.GetAsync(url, cancellationToken).ConfigureAwait(false);
        var window = response.As(AcmeJson.Default.RenewalInfoMessage, url).SuggestedWindow;
        return window is not null && window.End > window.Start
            ? new RenewalInfo(window.Start, window.End, response.RetryAfter)
            : throw new AcmeException($"{url.Authority} gave no time to renew");
    }

    private async Task EnsureAccountAsync(CancellationToken cancellation)
    {
        if (_transport.Account is not null) return;
        if (_options.IsKnown) _transport.Account = await FindAccountAsync(cancellation).ConfigureAwait(false);
        _transport.Account ??= await AccountAsync(NewAccount(), cancellation).ConfigureAwait(false);
    }

    private async Task<Uri?> FindAccountAsync(CancellationToken cancellation)
    {
        try
        {
            return await AccountAsync(new NewAccountMessage { OnlyReturnExisting = true }, cancellation).ConfigureAwait(false);
        }
        catch (AcmeException e) when (e.Kind == "accountDoesNotExist")
        {
            return null;
        }
    }

    private NewAccountMessage NewAccount()
    {
        if (_directory.Meta?.ExternalAccountRequired == true && _options.ExternalAccount is null)
            throw new AcmeException($"{_options.Directory.Authority} takes only accounts that are bound to one there (external account binding), and none was given");
        return new NewAccountMessage
        {
            TermsOfServiceAgreed = true,
            Contact = _options.Email is { } email ? [$"mailto:{email}"] : null,
            ExternalAccountBinding = _options.ExternalAccount?.Bind(_options.Key, NewAccountUrl),
        };
    }

    private async Task<Uri> AccountAsync(NewAccountMessage message, CancellationToken cancellation)
    {
        var response = await _transport.PostAsync(NewAccountUrl, message, AcmeJson.Default.NewAccountMessage, cancellation).ConfigureAwait(false);
        return response.Location.Required("the account", _options.Directory);
    }

    private Uri NewAccountUrl => _directory.NewAccount.Required("accounts", _options.Directory);
}
