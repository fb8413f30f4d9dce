using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Configuration;

public sealed class SourcesTests
{
    [Fact]
    public async Task Flag_WinsOverEnvironment_WinsOverFile_WinsOverDefault()
    {
        using var folder = new TempFolder();
        var config = folder.Write("relayd.json", """{ "queue": 3, "dev": true }""");
        string[] args = ["check", "--config", config];
        Dictionary<string, string> variables = new() { ["RELAYD_QUEUE"] = "4" };

        Assert.Equal("32", (await Relayd.RunAsync("check", "--dev")).Row("queue").Value);
        Assert.Equal("3", (await Relayd.RunAsync(args)).Row("queue").Value);
        Assert.Equal("4", (await Relayd.RunAsync(variables, args)).Row("queue").Value);
        Assert.Equal("5", (await Relayd.RunAsync(variables, [.. args, "--queue", "5"])).Row("queue").Value);
    }

    [Fact]
    public async Task List_IsTakenWhole_FromTheHighestSource()
    {
        using var folder = new TempFolder();
        var config = folder.Write("relayd.json", """{ "listen": ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"] }""");

        var result = await Relayd.RunAsync("check", "--dev", "--config", config, "--listen", "127.0.0.1:9");

        Assert.Equal("127.0.0.1:9", result.Row("listen").Value);
    }

    [Fact]
    public async Task List_OnTheCommandLine_RepeatsOrHasCommas()
    {
        var result = await Relayd.RunAsync("check", "--dev", "--listen", "127.0.0.1:1,127.0.0.1:2", "--listen=127.0.0.1:3");

        Assert.Equal("127.0.0.1:1,127.0.0.1:2,127.0.0.1:3", result.Row("listen").Value);
    }

    [Fact]
    public async Task EmptyVariable_CountsAsNotSet() =>
        Assert.Equal(("32", "default"), (await Relayd.RunAsync(new() { ["RELAYD_QUEUE"] = "" }, ["check", "--dev"])).Row("queue"));

    [Theory]
    [InlineData("RELAYD_QEUE", "1", "RELAYD_QEUE: no such setting; did you mean RELAYD_QUEUE?")]
    [InlineData("RELAYD_HTTPLISTEN", "1", "RELAYD_HTTPLISTEN: no such setting; did you mean RELAYD_HTTP_LISTEN?")]
    [InlineData("RELAYD_XYZZYPLUGH", "1", "RELAYD_XYZZYPLUGH: no such setting; unset it, or see relayd --help for the settings")]
    [InlineData("RELAYD_QUEUE", "x", "RELAYD_QUEUE \"x\": expected a whole number from 1 to 4096")]
    [InlineData("RELAYD_DEV", "si", "RELAYD_DEV \"si\": expected true or false")]
    [InlineData("RELAYD_CLUSTER", "redis:user:secret@h", "RELAYD_CLUSTER \"redis:***@h\": expected redis://[USER:PASSWORD@]HOST[:PORT], or rediss:// for TLS")]
    public async Task WrongVariable_Is78(string name, string value, string line)
    {
        var result = await Relayd.RunAsync(new() { [name] = value }, ["check"]);

        Assert.Equal(line, result.OneLine());
        Assert.Equal(78, result.Code);
    }

    [Fact]
    public async Task VariablesThatKubernetesSets_AreNotSettings()
    {
        Dictionary<string, string> variables = new()
        {
            ["RELAYD_PORT"] = "tcp://10.0.0.1:443",
            ["RELAYD_PORT_443_TCP_ADDR"] = "10.0.0.1",
            ["RELAYD_SERVICE_HOST"] = "10.0.0.1",
        };

        Assert.Equal(0, (await Relayd.RunAsync(variables, ["check", "--dev"])).Code);
    }

    [Theory]
    [InlineData("{ \"queue\": 3", "not valid JSON at line 1, column 13; expected an object such as {\"listen\": [\"[::]:443\"]}")]
    [InlineData("[]", "Top-level JSON element must be an object. Instead, 'Array' was found. Expected one object that has each setting at most once.")]
    [InlineData("{ \"queue\": 3, \"queue\": 4 }", "A duplicate key 'queue' was found. Expected one object that has each setting at most once.")]
    [InlineData("{ \"httpListen\": \"off\" }", "\"httpListen\": no such setting; did you mean \"http-listen\"?")]
    [InlineData("{ \"plugh\": 1 }", "\"plugh\": no such setting; remove it, or see relayd --help for the settings")]
    [InlineData("{ \"config\": \"x\" }", "config: a file cannot name another file; remove it")]
    [InlineData("{ \"queue\": \"x\" }", "queue \"x\": expected a whole number from 1 to 4096")]
    [InlineData("{ \"queue\": [1] }", "queue: expected one value, not a list or an object")]
    [InlineData("{ \"listen\": { \"port\": 1 } }", "listen: expected an array of texts such as [\"ADDR:PORT\"]")]
    [InlineData("{ \"listen\": [[\":1\"]] }", "listen: expected an array of texts such as [\"ADDR:PORT\"]")]
    [InlineData("{ \"listen\": [null] }", "listen: expected an array of texts such as [\"ADDR:PORT\"]")]
    public async Task WrongFile_Is78(string json, string line)
    {
        using var folder = new TempFolder();
        var config = folder.Write("relayd.json", json);

        var result = await Relayd.RunAsync("check", "--dev", "--config", config);

        Assert.Equal($"{config}: {line}", result.OneLine());
        Assert.Equal(78, result.Code);
    }

    [Fact]
    public async Task File_MayHoldCommentsAndNulls_AndNumbersAndTexts()
    {
        using var folder = new TempFolder();
        var config = folder.Write("relayd.json", """{ /* why */ "queue": "64", "region": 902, "cluster": null, "listen": [], }""");

        var result = await Relayd.RunAsync("check", "--dev", "--config", config);

        Assert.Equal("64", result.Row("queue").Value);
        Assert.Equal("902", result.Row("region").Value);
        Assert.Equal("-", result.Row("cluster").Value);
        Assert.Equal(("127.0.0.1:3340", "default"), result.Row("listen"));
    }

    [Fact]
    public async Task DefaultFile_IsRead_ButNotByDev()
    {
        using var folder = new TempFolder();
        var config = folder.Write("relayd.json", """{ "queue": 3, "hostname": "x", "admit": "open", "tls": "off", "key-file": "/nonexistent/k" }""");

        Assert.Equal("3", (await Relayd.RunAsync([], ["check"], config)).Row("queue").Value);
        Assert.Equal("32", (await Relayd.RunAsync([], ["check", "--dev"], config)).Row("queue").Value);
    }

    [Fact]
    public async Task File_LargerThanAnySettingsNeed_IsRefused()
    {
        using var folder = new TempFolder();
        var config = folder.Write("relayd.json", new string(' ', (1 << 20) + 1));

        var result = await Relayd.RunAsync("check", "--dev", "--config", config);

        Assert.Equal($"--config {config}: larger than 1048576 bytes; is it the right file?", result.OneLine());
    }
}
