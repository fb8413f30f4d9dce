using Relay.Host.Failures;
using Relay.Host.Keys;
using Relay.Host.Tests.Support;
using Relay.Testing;

namespace Relay.Host.Tests.Keys;

public sealed class MeshKeyFileTests
{
    private const string Hex = "0102030405060708090A0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";

    [Theory]
    [InlineData(Hex)]
    [InlineData(" \t\r\n" + Hex + "\n\n")]
    public void Load_TrimsWhiteSpace(string content)
    {
        using var folder = new TempFolder();

        Assert.Equal(Hex.ToLowerInvariant(), MeshKeyFile.Load(folder.Write("m", content)).Key!.RevealHex());
    }

    // As a shell makes one of <(command).
    [Fact]
    public async Task Load_OfAPipe_ReadsItToItsEnd()
    {
        Unix.Require();
        using var folder = new TempFolder();
        await Tool.RunAsync(Requires.Tool("mkfifo"), folder["m"]);
        var loading = Task.Run(() => MeshKeyFile.Load(folder["m"]));
        await Eventually.Done(File.WriteAllTextAsync(folder["m"], Hex), "somebody to read");

        Assert.Equal(Hex.ToLowerInvariant(), (await Eventually.Done(loading, "the key")).Key!.RevealHex());
    }

    [Fact]
    public void Load_OfAnEmptyFile_IsNoKey_AndSaysSo()
    {
        using var folder = new TempFolder();
        var path = folder.Write("m", "");

        var loaded = MeshKeyFile.Load(path);

        Assert.Null(loaded.Key);
        Assert.Equal($"--mesh-key-file {path}: is empty, so there is no mesh key", loaded.Warning);
    }

    [Theory]
    [InlineData("\n", "holds 0 characters that are no mesh key; expected 64 hex digits")]
    [InlineData("0102", "holds 4 characters that are no mesh key; expected 64 hex digits")]
    [InlineData(Hex + "0", "holds 65 characters that are no mesh key; expected 64 hex digits")]
    [InlineData("x" + "102030405060708090A0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", "holds 64 characters that are no mesh key; expected 64 hex digits")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "is all zero, which is no key; expected 64 hex digits such as openssl rand -hex 32 prints")]
    public void Load_OfAnythingElse_SaysWhatIsWrong_AndNotTheSecret(string content, string line)
    {
        using var folder = new TempFolder();
        var path = folder.Write("m", content);

        var failure = Assert.Throws<StartupException>(() => MeshKeyFile.Load(path));

        Assert.Equal(($"--mesh-key-file {path}: {line}", ExitCode.Config), (failure.Message, failure.Code));
    }
}
