using Relay.Acme.Signing;
using Relay.Host.Acme;
using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Acme;

public sealed class AcmeSettingsTests
{
    private static readonly string[] Acme = ["--hostname", "relay.example.com", "--admit", "open", "--tls", "acme"];

    [Fact]
    public void Directory_IsLetsEncrypts_OrItsStaging_OrTheOneGiven()
    {
        Assert.Equal("https://acme-v02.api.letsencrypt.org/directory", Directory());
        Assert.Equal("https://acme-staging-v02.api.letsencrypt.org/directory", Directory("--acme-staging"));
        Assert.Equal("https://ca.example.com/dir", Directory("--acme-directory", "https://ca.example.com/dir"));
        Assert.Null(Bind.Options("--dev").Acme);

        static string Directory(params string[] more) => Bind.Options(Acme[0], [.. Acme[1..], .. more]).Acme!.Directory.OriginalString;
    }

    [Theory]
    [InlineData("--tls \"acme\": needs --cert-dir DIR as well", "--dev", "--tls", "acme")]
    [InlineData("--acme-email \"a@b.example\": is for --tls acme only; add that, or remove this", "--dev", "--acme-email", "a@b.example")]
    [InlineData("--acme-eab-kid \"k\": needs --acme-eab-hmac-file FILE as well", "--dev", "--tls", "acme", "--cert-dir", "/x", "--acme-eab-kid", "k")]
    [InlineData("--acme-eab-hmac-file \"/f\": needs --acme-eab-kid ID as well", "--dev", "--tls", "acme", "--cert-dir", "/x", "--acme-eab-hmac-file", "/f")]
    [InlineData("--acme-staging: is Let's Encrypt's; give that or --acme-directory, not both",
        "--dev", "--tls", "acme", "--cert-dir", "/x", "--acme-staging", "--acme-directory", "https://x/")]
    [InlineData("--acme-eab-hmac-file /nonexistent/hmac: no such file; give the path of one that exists",
        "check", "--dev", "--tls", "acme", "--cert-dir", "/nonexistent", "--acme-eab-kid", "k", "--acme-eab-hmac-file", "/nonexistent/hmac")]
    public async Task WhatDoesNotFit_Is78_AndSaysWhatWouldBeRight(string line, params string[] args)
    {
        var result = await Relayd.RunAsync(args);

        Assert.Equal(line, result.OneLine());
        Assert.Equal(78, result.Code);
    }

    [Theory]
    [InlineData("--acme-directory \"http://x/\": expected an https:// URL such as https://ca.example.com/acme/directory", "--acme-directory", "http://x/")]
    [InlineData("--acme-email \"a@b@c\": expected one mail address such as ops@example.com", "--acme-email", "a@b@c")]
    [InlineData("--acme-email \"a@b?cc=x@y\": expected one mail address such as ops@example.com", "--acme-email", "a@b?cc=x@y")]
    [InlineData("--acme-profile \"a b\": expected a word of at most 256 visible characters", "--acme-profile", "a b")]
    public async Task WrongValues_Are64_AndSayWhatWouldBeRight(string line, params string[] args)
    {
        var result = await Relayd.RunAsync(["--dev", .. args]);

        Assert.Equal(line, result.OneLine());
        Assert.Equal(64, result.Code);
    }

    [Fact]
    public async Task Check_SaysWhatWillBeMade_AndMakesNothing()
    {
        using var folder = new TempFolder();
        var result = await Relayd.RunAsync(["check", .. Acme, "--cert-dir", folder["c"], "--key-file", folder["k"]]);

        Assert.True(result.Code == 0, result.Error);
        Assert.Contains($"certificate: there is none in {folder["c"]}, one will be asked for at acme-v02.api.letsencrypt.org", result.Out, StringComparison.Ordinal);
        Assert.Contains($"ACME account: key {folder["c/acme-acme-v02.api.letsencrypt.org.key"]} will be made", result.Out, StringComparison.Ordinal);
        Assert.Empty(System.IO.Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public async Task Check_WherePortsOrFilesAreInTheWay_Warns()
    {
        using var folder = new TempFolder();
        folder.Write("relay.example.com.crt", "rubbish");
        string[] args = ["check", .. Acme, "--cert-dir", folder.Root, "--key-file", folder["k"], "--listen", "127.0.0.1:8443"];

        var result = await Relayd.RunAsync([.. args, "--http-listen", "off"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("warning: --tls acme: the authority looks at TCP ports 443 and 80 of relay.example.com, and relayd listens on neither", result.Out, StringComparison.Ordinal);
        Assert.Contains("relay.example.com.key: no such file, but relay.example.com.crt is there", result.Out, StringComparison.Ordinal);

        Assert.DoesNotContain("the authority looks at", (await Relayd.RunAsync([.. args, "--http-listen", "127.0.0.1:80"])).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rubbish", "is no key of an account")]
    [InlineData("", "is no key of an account")]
    public void AccountKey_ThatIsNone_IsSaid(string content, string reason)
    {
        using var folder = new TempFolder();
        var options = Bind.Options(Acme[0], [.. Acme[1..], "--cert-dir", folder.Root]);
        File.WriteAllText(AcmeCredentials.KeyPath(folder.Root, options.Acme!.Directory), content);

        var failure = Assert.Throws<Relay.Host.Failures.StartupException>(() => AcmeCredentials.LoadOrMake(options.Acme, folder.Root));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_AreMadeOnce_AndReadAgain()
    {
        using var folder = new TempFolder();
        var hmac = folder.Write("hmac", "AAECAwQ\n");
        var options = Bind.Options(Acme[0], [.. Acme[1..], "--cert-dir", folder["c"], "--acme-eab-kid", "kid", "--acme-eab-hmac-file", hmac]).Acme!;

        using var first = AcmeCredentials.LoadOrMake(options, folder["c"]);
        using var second = AcmeCredentials.LoadOrMake(options, folder["c"]);

        Assert.Equal((true, false), (first.Made, second.Made));
        Assert.Equal(first.Key.ToPem(), second.Key.ToPem());
        Assert.IsType<ExternalAccount>(second.External);
    }
}
