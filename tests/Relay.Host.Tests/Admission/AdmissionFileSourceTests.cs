using Microsoft.Extensions.Time.Testing;
using Relay.Host.Admission;
using Relay.Host.Files;
using Relay.Host.Failures;
using Relay.Host.Tests.Support;
using Relay.Protocol.Keys;
using Relay.Server.Admission;

namespace Relay.Host.Tests.Admission;

public sealed class AdmissionFileSourceTests : IDisposable
{
    private static readonly string Alice = "nodekey:" + new string('a', 64);
    private static readonly string Bob = "nodekey:" + new string('b', 64);

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ListLogger _logger = new();
    private readonly string _path;

    public AdmissionFileSourceTests() => _path = _folder["nodes.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MissingFile_IsTheOperatorsToMend()
    {
        var failure = Assert.Throws<StartupException>(Open);
        Assert.Equal(ExitCode.Config, failure.Code);
        Assert.StartsWith($"--admit {_path}: no such file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BadFile_IsRefusedWithLineAndColumn()
    {
        File.WriteAllText(_path, "{\n  \"networks\": { \"home\": { \"nodes\": { \"alice\": {} } } }\n}");
        var failure = Assert.Throws<StartupException>(Open);
        Assert.Equal($"--admit {_path}: line 2, column 38: a key is \"nodekey:\" and 64 hex digits", failure.Message);
    }

    [Fact]
    public async Task ChangedFile_TakesEffectWithinTwoLooks()
    {
        Write(Alice);
        using var source = Open();
        source.Watch();
        Assert.Equal(AdmissionResult.NotListed, await AskAsync(source, Bob));
        Write(Bob);
        _time.Advance(FileWatch.PollInterval);
        Assert.Equal(AdmissionResult.Admitted, await AskAsync(source, Bob));
        Assert.Equal(AdmissionResult.NotListed, await AskAsync(source, Alice));
        Assert.Equal(1, source.Applied);
    }

    [Fact]
    public async Task BadChange_IsDoubtedOnceThenRefusedOnceAndTheLastGoodOneStays()
    {
        Write(Alice);
        using var source = Open();
        source.Watch();
        File.WriteAllText(_path, "{ \"networks\": ");
        _time.Advance(FileWatch.PollInterval);
        Assert.True(source.Good);
        for (var i = 0; i < 5; i++) _time.Advance(FileWatch.PollInterval);
        Assert.False(source.Good);
        Assert.Equal(1, source.Refused);
        Assert.Contains("line 1, column", Assert.Single(_logger.Lines).Text, StringComparison.Ordinal);
        Assert.Equal(AdmissionResult.Admitted, await AskAsync(source, Alice));

        Write(Alice, Bob);
        _time.Advance(FileWatch.PollInterval);
        Assert.True(source.Good);
        Assert.Equal(AdmissionResult.Admitted, await AskAsync(source, Bob));
    }

    [Fact]
    public async Task RemovedFile_LeavesTheListInForce()
    {
        Write(Alice);
        using var source = Open();
        File.Delete(_path);
        Assert.False(source.Reload());
        Assert.Equal(AdmissionResult.Admitted, await AskAsync(source, Alice));
    }

    [Fact]
    public async Task Reload_LooksAtOnceAndDoubtsNothing()
    {
        Write(Alice);
        using var source = Open();
        Write(Bob);
        Assert.True(source.Reload());
        Assert.Equal(AdmissionResult.Admitted, await AskAsync(source, Bob));
        File.WriteAllText(_path, "no list");
        Assert.False(source.Reload());
        Assert.Equal(1, source.Refused);
    }

    private AdmissionFileSource Open() => new(new AdmissionFile(_path), _time, _logger);

    private void Write(params string[] keys) =>
        File.WriteAllText(_path, $"{{ \"networks\": {{ \"home\": {{ \"nodes\": {{ {string.Join(", ", keys.Select(key => $"\"{key}\": {{}}"))} }} }} }} }}");

    private static async Task<AdmissionResult> AskAsync(AdmissionFileSource source, string text)
    {
        Assert.True(NodeKey.TryParse(text, out var key));
        return (await source.Admission.AdmitAsync(key, null, CancellationToken.None)).Result;
    }
}
