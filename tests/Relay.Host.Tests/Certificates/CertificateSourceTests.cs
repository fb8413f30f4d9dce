using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Relay.Host.Certificates;
using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Certificates;

public sealed class CertificateSourceTests : IDisposable
{
    private const string Host = "relay.example.com";

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ListLogger _log = new();
    private readonly CertificateFiles _files;
    private readonly CertificateSource _source;

    public CertificateSourceTests()
    {
        _files = new CertificateFiles(_folder.Root, Host);
        var first = Issue();
        Write(first);
        _source = new CertificateSource(_files, new CertificateLoader(Host, default, "crt", "key"), first, _time, _log);
        _source.Watch();
    }

    [Fact]
    public void ChangedFiles_AreServed_WithinFiveSeconds()
    {
        var before = _source.Context;
        var next = Issue();
        Write(next);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.NotSame(before, _source.Context);
        Assert.Equal(Pin(next), _source.Current!.Pin);
        Assert.Equal([LogLevel.Information], _log.Lines.Select(l => l.Level));
    }

    [Fact]
    public void ChangedFiles_WithSizeAndTimeKept_AreServed()
    {
        var stamp = File.GetLastWriteTimeUtc(_files.CertificatePath);
        var size = new FileInfo(_files.CertificatePath).Length;
        var next = Issue();
        while (next.Certificates.Length != size) next = Issue(); // Signatures vary by a byte or two.
        Write(next);
        File.SetLastWriteTimeUtc(_files.CertificatePath, stamp);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(Pin(next), _source.Current!.Pin);
    }

    [Fact]
    public void UnchangedFiles_KeepTheSameContext_AndLogNothing()
    {
        var before = _source.Context;
        Write(new CertificatePem(File.ReadAllBytes(_files.CertificatePath), File.ReadAllBytes(_files.KeyPath)));

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Same(before, _source.Context);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void BadPair_IsRefusedOnce_AndTheOldOneKept_UntilAGoodOneComes()
    {
        var before = _source.Context;
        var next = Issue();
        File.WriteAllBytes(_files.CertificatePath, next.Certificates.ToArray());

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Same(before, _source.Context);
        var line = Assert.Single(_log.Lines);
        Assert.Equal((LogLevel.Error, "CertificateRefused"), (line.Level, line.Event.Name));
        Assert.EndsWith("key: is not the key of its certificate; expected the pair that belongs together", line.Text, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(_log.Lines);
        Assert.False(_source.Reload());

        Write(next);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Pin(next), _source.Current!.Pin);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public void PairThatIsHalfWritten_WhenLookedAt_IsNotAnError()
    {
        var next = Issue();
        File.WriteAllBytes(_files.CertificatePath, next.Certificates.ToArray());
        _time.Advance(TimeSpan.FromSeconds(2));
        File.WriteAllBytes(_files.KeyPath, next.Key.ToArray());
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(Pin(next), _source.Current!.Pin);
        Assert.DoesNotContain(_log.Lines, l => l.Level > LogLevel.Information);
    }

    [Fact]
    public void MissingFile_IsReportedOnce_AndTheOldOneKept()
    {
        var before = _source.Context;
        File.Delete(_files.KeyPath);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Same(before, _source.Context);
        Assert.Contains("no such file", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_LooksAtOnce_AndSaysWhetherItWasGood()
    {
        var next = Issue();
        Write(next);
        Assert.True(_source.Reload());
        Assert.Equal(Pin(next), _source.Current!.Pin);

        File.WriteAllText(_files.CertificatePath, "nonsense");
        Assert.False(_source.Reload());
        Assert.Equal(Pin(next), _source.Current!.Pin);
    }

    [Fact]
    public void Dispose_StopsLooking()
    {
        var before = _source.Context;
        _source.Dispose();
        Write(Issue());

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Same(before, _source.Context);
    }

    public void Dispose()
    {
        _source.Dispose();
        _folder.Dispose();
    }

    private CertificatePem Issue() => Authority.Issue(Host, _time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(60));

    private string Pin(CertificatePem pem) => new CertificateLoader(Host, default, "crt", "key").Load(pem, _time.GetUtcNow()).Pin;

    private void Write(CertificatePem pem)
    {
        File.WriteAllBytes(_files.CertificatePath, pem.Certificates.ToArray());
        File.WriteAllBytes(_files.KeyPath, pem.Key.ToArray());
    }
}
