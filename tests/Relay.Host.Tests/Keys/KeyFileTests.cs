using Relay.Host.Failures;
using Relay.Host.Keys;
using Relay.Host.Tests.Support;
using Relay.Testing;

namespace Relay.Host.Tests.Keys;

public sealed class KeyFileTests
{
    private const string Hex = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";

    [Fact]
    public void LoadOrMake_OfAMissingFile_MakesOneThatOnlyItsOwnerReads_AndThatStays()
    {
        using var folder = new TempFolder();
        var path = folder["new/deep/relay.key"];

        using var made = KeyFile.LoadOrMake(path);
        using var again = KeyFile.LoadOrMake(path);

        Assert.True(made.Made);
        Assert.False(again.Made);
        Assert.Equal(made.Key.Public, again.Key.Public);
        Assert.Null(again.Warning);
        Assert.Equal($"{{\n\t\"PrivateKey\": \"{made.Key.RevealText()}\"\n}}\n", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Unix.Mode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Unix.Mode(folder["new/deep"]));
    }

    [Fact]
    public async Task LoadOrMake_ByManyAtOnce_GivesAllTheSameKey()
    {
        using var folder = new TempFolder();
        using var start = new Barrier(4);

        // Threads of their own: those of the pool may all be waiting in other tests.
        var keys = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                Assert.True(start.SignalAndWait(TimeSpan.FromSeconds(20)), "the other threads did not start within 20 s");
                using var key = KeyFile.LoadOrMake(folder["relay.key"]);
                return key.Key.Public;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Single(keys.Distinct());
        Assert.Single(Directory.GetFileSystemEntries(folder.Root));
    }

    [Theory]
    [InlineData("{\"PrivateKey\":\"privkey:" + Hex + "\"}")]
    [InlineData("{\n\t\"privatekey\": \"privkey:" + Hex + "\",\n\t\"Other\": 1\n}\n")]
    public void TryLoad_OfDerpersFile_GivesTheKey(string json)
    {
        using var folder = new TempFolder();

        using var key = KeyFile.TryLoad(folder.Write("k", json));

        Assert.Equal("privkey:" + Hex, key!.Key.RevealText());
    }

    [Theory]
    [InlineData("", "not valid JSON at line 1, column 1; expected {\"PrivateKey\": \"privkey:<64 hex digits>\"}")]
    [InlineData("{\n \"PrivateKey\": privkey }", "not valid JSON at line 2, column 16; expected {\"PrivateKey\": \"privkey:<64 hex digits>\"}")]
    [InlineData("[]", "not a JSON object; expected {\"PrivateKey\": \"privkey:<64 hex digits>\"}")]
    [InlineData("{}", "has no member PrivateKey; expected {\"PrivateKey\": \"privkey:<64 hex digits>\"}")]
    [InlineData("{\"PrivateKey\":null}", "PrivateKey is not a text; expected {\"PrivateKey\": \"privkey:<64 hex digits>\"}")]
    [InlineData("{\"PrivateKey\":\"privkey:0102\"}", "PrivateKey is not a key; expected {\"PrivateKey\": \"privkey:<64 hex digits>\"}")]
    [InlineData("{\"PrivateKey\":\"nodekey:" + Hex + "\"}", "PrivateKey is not a key; expected {\"PrivateKey\": \"privkey:<64 hex digits>\"}")]
    [InlineData("{\"PrivateKey\":\"privkey:0000000000000000000000000000000000000000000000000000000000000000\"}", "PrivateKey is all zero, which is no key; remove the file and a new key is made")]
    public void TryLoad_OfAnythingElse_SaysWhatIsWrong_AndNotTheSecret(string json, string line)
    {
        using var folder = new TempFolder();
        var path = folder.Write("k", json);

        var failure = Assert.Throws<StartupException>(() => KeyFile.TryLoad(path));

        Assert.Equal(($"--key-file {path}: {line}", ExitCode.Config), (failure.Message, failure.Code));
        Assert.Equal(json, File.ReadAllText(path));
    }

    [Fact]
    public void TryLoad_OfAFileThatOthersRead_Warns()
    {
        using var folder = new TempFolder();
        var path = folder.Write("k", "{\"PrivateKey\":\"privkey:" + Hex + "\"}");
        Unix.SetMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        using var key = KeyFile.TryLoad(path);

        Assert.Equal($"--key-file {path}: others than its owner may read or change it (mode 640); run chmod 600 on it", key!.Warning);
    }

    [Fact]
    public async Task KeyFile_WhereNothingMayBeMade_Is77()
    {
        // The kernel lets nobody make files here, not even root.
        Requires.Linux();

        var result = await Relayd.RunAsync("--dev", "--key-file", "/sys/kernel/relay.key");

        Assert.Equal(
            $"--key-file /sys/kernel/relay.key: not permitted to make it; make its directory writable for user {Environment.UserName}",
            result.OneLine());
        Assert.Equal(77, result.Code);
    }

    [Fact]
    public async Task KeyFile_ThatIsADirectory_Is78()
    {
        using var folder = new TempFolder();

        var result = await Relayd.RunAsync("--dev", "--key-file", folder.Root);

        Assert.Equal($"--key-file {folder.Root}: is a directory; expected a file", result.OneLine());
        Assert.Equal(78, result.Code);
    }
}
