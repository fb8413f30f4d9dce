using Microsoft.Extensions.Logging;
using Relay.Host.Acme;
using Relay.Host.Certificates;
using Relay.Host.Tests.Support;
using Relay.Testing;

namespace Relay.Host.Tests.Acme;

public sealed class AcmeRenewalTests : IDisposable
{
    private const string Host = "relay.example.com";

    private readonly TempFolder _folder = new();
    private readonly PauseClock _time = new(new DateTimeOffset(2026, 8, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ListLogger _log = new();
    private readonly FakeAuthority _authority;

    public AcmeRenewalTests() => _authority = new FakeAuthority(_time);

    [Fact]
    public async Task WithoutACertificate_OneIsGot_KeptPrivate_AndServed()
    {
        await using var relay = Start();
        await _time.UntilAsync(() => relay.Certificates.Context is not null, "a certificate");

        Assert.True(relay.Certificates.Current!.Leaf.MatchesHostname(Host));
        var files = Directory.GetFiles(_folder.Root).Select(path => (Path.GetFileName(path), Unix.Mode(path))).Order();
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(
            [("acme-ca.test.key", Private), ($"{Host}.acme.json", Private), ($"{Host}.crt", Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead), ($"{Host}.key", Private)],
            files);
    }

    [Fact]
    public async Task ACertificateThatCouldNotBeKept_IsNotAskedForAgain()
    {
        // Files cannot take the place of a directory.
        Directory.CreateDirectory(_folder[$"{Host}.crt"]);
        await using var relay = Start();
        await _time.UntilAsync(() => Errors().Count() >= 2, "two failures");

        Directory.Delete(_folder[$"{Host}.crt"]);
        await _time.UntilAsync(() => relay.Certificates.Context is not null, "the certificate to be served");

        Assert.Single(_authority.Orders);
    }

    [Fact]
    public async Task ACertificate_IsRenewedInTime_NamingTheOneItReplaces()
    {
        await using var relay = Start();
        await _time.UntilAsync(() => relay.Certificates.Current is not null, "a certificate");
        var first = relay.Certificates.Current!;
        _authority.Window = (first.NotBefore.AddDays(40), first.NotBefore.AddDays(41));
        _authority.Misbehave = (request, _) =>
        {
            // It is the first one's, not that of what is issued now.
            if (request.RequestUri!.AbsolutePath == "/finalize") _authority.Window = null;
            return Task.FromResult<HttpResponseMessage?>(null);
        };

        await _time.UntilAsync(() => relay.Certificates.Current != first, "the renewal");

        Assert.InRange(_time.GetUtcNow(), first.NotBefore.AddDays(40), first.NotBefore.AddDays(41.5));
        Assert.Equal([true, false], _authority.Orders.Select(order => order["replaces"] is null));
        Assert.DoesNotContain(_log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task AnAuthorityThatIsDown_LeavesTheOldCertificateInForce_IsLoud_AndIsAskedAgain()
    {
        await using var relay = Start();
        await _time.UntilAsync(() => relay.Certificates.Current is not null, "a certificate");
        var first = relay.Certificates.Current!;
        _authority.Misbehave = (_, _) => throw new HttpRequestException("Connection refused");

        await _time.UntilAsync(() => Errors().Count() >= 3, "three failures");
        Assert.Same(first, relay.Certificates.Current);
        Assert.StartsWith(
            $"No new certificate for {Host}: ca.test cannot be asked: Connection refused. The one in force stays, until {first.NotAfter:u}; next", Errors().First(), StringComparison.Ordinal);

        _authority.Misbehave = (_, _) => Task.FromResult<HttpResponseMessage?>(null);
        await _time.UntilAsync(() => relay.Certificates.Current != first, "the renewal");
        Assert.True(_time.GetUtcNow() < first.NotAfter);
    }

    [Fact]
    public async Task ACertificateThatIsDueAtOnce_IsNotAskedForOverAndOver()
    {
        _authority.Window = (_time.GetUtcNow().AddDays(-2), _time.GetUtcNow().AddDays(-1));
        var began = _time.GetUtcNow();
        await using var relay = Start();
        await _time.UntilAsync(() => _authority.Issued == 4, "the fourth certificate");

        Assert.True(_time.GetUtcNow() - began > TimeSpan.FromMinutes(0.8 * (1 + 4 + 16)), $"four certificates in {_time.GetUtcNow() - began}");
        Assert.Contains("is this machine's clock right?", Errors().First(), StringComparison.Ordinal);
        Assert.NotNull(relay.Certificates.Current);
    }

    [Fact]
    public async Task ACertificateThatCannotBeServed_LeavesTheFilesAsTheyAre()
    {
        await using var relay = Start();
        await _time.UntilAsync(() => relay.Certificates.Current is not null, "a certificate");
        var files = new CertificateFiles(_folder.Root, Host);
        var kept = files.Read().Fingerprint();
        _authority.IssuesFor = "other.example.com";

        await _time.UntilAsync(() => Errors().Any(), "the failure");
        Assert.Contains("not fit to be served", Errors().First(), StringComparison.Ordinal);
        Assert.Equal(kept, files.Read().Fingerprint());

        _authority.IssuesFor = null;
        await _time.UntilAsync(() => files.Read().Fingerprint() != kept, "the renewal");
    }

    [Fact]
    public async Task AFailureToBegin_SaysThatNobodyCanConnect_AndIsTriedAgainWhenWoken()
    {
        _authority.Finds = _ => false;
        await using var relay = Start();
        await _time.UntilAsync(() => Errors().Any(), "the failure");
        Assert.Contains("NO CLIENT CAN CONNECT; next attempt in 00:0", Errors().First(), StringComparison.Ordinal);

        // Without a tick of the clock.
        _authority.Finds = _ => true;
        relay.Renewal.Wake();
        await Eventually.True(() => relay.Certificates.Current is not null, "a certificate");
    }

    [Fact]
    public async Task ACertificateOfAnotherAuthority_IsReplacedAtOnce()
    {
        await using (var before = Start())
            await _time.UntilAsync(() => before.Certificates.Current is not null, "a certificate");
        var record = AcmeRecord.TryRead(Path.Combine(_folder.Root, $"{Host}.acme.json"))!;
        (record with { Directory = new Uri("https://staging.test/dir") }).Write(Path.Combine(_folder.Root, $"{Host}.acme.json"));

        await using var after = Start();
        Assert.NotNull(after.Certificates.Current);
        await _time.UntilAsync(() => _authority.Issued == 2, "a certificate of this authority");
    }

    [Fact]
    public async Task ACertificateThatSomebodyElsePutThere_IsServed_AndRenewedWhenDue()
    {
        var files = new CertificateFiles(_folder.Root, Host);
        files.Replace(Issue());
        await using var relay = Start();
        var first = relay.Certificates.Current;
        Assert.NotNull(first);

        await _time.UntilAsync(() => _authority.Issued == 1, "the renewal");
        Assert.InRange(_time.GetUtcNow() - first.NotBefore, TimeSpan.FromDays(55), TimeSpan.FromDays(61));
        Assert.Null(_authority.Orders.Single()["replaces"]);
    }

    /// <summary>A crash while a new pair takes the place of the old one costs neither.</summary>
    [Theory]
    [InlineData(new[] { ".key.new" }, false)]
    [InlineData(new[] { ".key.new", ".crt.new" }, true)]
    [InlineData(new[] { ".key", ".crt.new" }, true)]
    public async Task APairThatWasBeingReplaced_IsServedAtOnce(string[] written, bool isNew)
    {
        var (before, after) = (Issue(), Issue());
        new CertificateFiles(_folder.Root, Host).Replace(before);
        foreach (var end in written)
            File.WriteAllBytes(_folder[Host + end], (end.StartsWith(".key", StringComparison.Ordinal) ? after.Key : after.Certificates).ToArray());

        await using var relay = Start();

        Assert.Equal((isNew ? after : before).Pin(), relay.Certificates.Current!.Pin);
        Assert.DoesNotContain(_log.Lines, line => line.Level >= LogLevel.Warning);
        if (isNew) Assert.Empty(Directory.GetFiles(_folder.Root, "*.new"));
    }

    [Fact]
    public async Task APairThatDoesNotFit_AfterACrash_IsReplaced()
    {
        var files = new CertificateFiles(_folder.Root, Host);
        files.Replace(Issue());
        File.WriteAllBytes(files.KeyPath, Issue().Key.ToArray());

        await using var relay = Start();
        await _time.UntilAsync(() => relay.Certificates.Current is not null, "a certificate");
        Assert.Contains("is not the key of its certificate", _log.Lines.First().Text, StringComparison.Ordinal);
        Assert.Equal(1, _authority.Issued);
    }

    [Fact]
    public async Task Stopping_WhileTheAuthorityIsSlow_DoesNotWaitForIt()
    {
        _authority.Misbehave = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation);
            return null;
        };
        var relay = Start();
        await Eventually.True(() => !_authority.Asked.IsEmpty, "the question");
        await Eventually.Done(relay.DisposeAsync().AsTask(), "the end");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private CertificatePem Issue() => Authority.Issue(Host, _time.GetUtcNow(), _time.GetUtcNow().AddDays(90));

    private IEnumerable<string> Errors() => _log.Lines.Where(line => line.Level == LogLevel.Error).Select(line => line.Text);

    private Started Start()
    {
        var options = Bind.Options(
            "--hostname", Host, "--admit", "open", "--tls", "acme", "--cert-dir", _folder.Root, "--acme-directory", FakeAuthority.Directory.OriginalString);
        var setup = new AcmeSetup(options, _time);
        var certificates = CertificateSources.Open(options, default, _time, _log)!;
        return new Started(setup, certificates, new AcmeRenewal(setup, certificates, new HttpClient(_authority, disposeHandler: false), _time, _log));
    }

    private sealed record Started(AcmeSetup Setup, CertificateSource Certificates, AcmeRenewal Renewal) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Renewal.DisposeAsync();
            Certificates.Dispose();
            Setup.Dispose();
        }
    }
}
