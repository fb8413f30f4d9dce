using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Relay.Protocol.Keys;
using Relay.Server.Admission;
using Relay.Testing;

namespace Relay.Server.Tests.Admission;

public sealed class ServiceAdmissionTests : IDisposable
{
    private static readonly IPAddress Source = IPAddress.Parse("192.0.2.7");

    private readonly PauseClock _time = new();
    private readonly FakeService _service = new();
    private readonly AdmissionLookUps _lookUps = new();
    private readonly NodePrivateKey _alice = NodePrivateKey.Generate();
    private ServiceAdmission _admission;

    public ServiceAdmissionTests() => _admission = Make();

    public void Dispose()
    {
        _admission.Dispose();
        _alice.Dispose();
    }

    [Fact]
    public async Task Question_IsDerpersAndHeadscales()
    {
        Assert.Equal(AdmissionResult.Admitted, (await AskAsync()).Result);
        Assert.Equal($"{{\"NodePublic\":\"{_alice.Public.ToText()}\",\"Source\":\"192.0.2.7\"}}", Assert.Single(_service.Questions));
    }

    [Theory]
    [InlineData("{\"Allow\":true}", AdmissionResult.Admitted)]
    [InlineData("{\"allow\":true,\"Other\":[1,2]}", AdmissionResult.Admitted)]
    [InlineData("{\"Allow\":false}", AdmissionResult.Denied)]
    [InlineData("{}", AdmissionResult.Denied)]
    [InlineData("", AdmissionResult.BadAnswer)]
    [InlineData("yes", AdmissionResult.BadAnswer)]
    [InlineData("null", AdmissionResult.BadAnswer)]
    [InlineData("{\"Allow\":\"true\"}", AdmissionResult.BadAnswer)]
    [InlineData("{\"Allow\":true,\"RateBytesPerSecond\":-1}", AdmissionResult.BadAnswer)]
    [InlineData("{\"Allow\":true,\"ExpiresSeconds\":1e99}", AdmissionResult.BadAnswer)]
    public async Task Answer_IsReadAsTheReferenceReadsIt(string body, AdmissionResult expected)
    {
        _service.Answer = () => FakeService.Json(body);
        Assert.Equal(expected, (await AskAsync()).Result);
    }

    [Theory]
    [InlineData(HttpStatusCode.NoContent)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task OtherStatus_IsNoAnswerWhicheverWayOneFails(HttpStatusCode status)
    {
        Replace(new() { AdmitUnanswered = true, Url = Url });
        _service.Answer = () => FakeService.Json("{\"Allow\":true}", status);
        Assert.Equal(AdmissionResult.BadAnswer, (await AskAsync()).Result);
        Assert.Single(_service.Questions);
    }

    [Fact]
    public async Task Answer_BeyondFourKilobytes_IsNone()
    {
        _service.Answer = () => FakeService.Json("{\"Padding\":\"" + new string('x', 5000) + "\",\"Allow\":true}");
        Assert.Equal(AdmissionResult.BadAnswer, (await AskAsync()).Result);
    }

    [Fact]
    public async Task Grant_CarriesNetworkRateAndEnd()
    {
        _service.Answer = () => FakeService.Json("{\"Allow\":true,\"Network\":\"home\",\"RateBytesPerSecond\":1000000,\"ExpiresSeconds\":600}");
        var grant = (await AskAsync()).Grant!;
        using var bob = NodePrivateKey.Generate();
        Assert.Equal("home", grant.Network!.Name);
        Assert.Same(grant.Network, (await _admission.AdmitAsync(bob.Public, Source, default)).Grant!.Network);
        Assert.Equal(1_000_000, grant.Rate!.BytesPerSecond);
        _time.Advance(TimeSpan.FromSeconds(599));
        Assert.False(grant.IsOver(_time));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(grant.IsOver(_time));
    }

    /// <summary>A machine whose clock is put right must not disconnect everybody, nor keep them.</summary>
    [Theory]
    [InlineData(-365)]
    [InlineData(365)]
    public async Task Grant_LastsItsTime_WhateverTheSystemsDateDoes(int days)
    {
        _service.Answer = () => FakeService.Json("{\"Allow\":true,\"ExpiresSeconds\":100}");
        var time = new CorrectedTime(_time);
        using var admission = new ServiceAdmission(new() { Url = Url }, _service, _lookUps, time, NullLogger.Instance);
        var grant = (await Eventually.Done(admission.AdmitAsync(_alice.Public, Source, default), "an answer")).Grant!;
        time.Correction = TimeSpan.FromDays(days);
        Assert.False(grant.IsOver(time) || grant.TakeRenewal(time));
        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.True(grant.IsOver(time) && grant.TakeRenewal(time));
    }

    [Fact]
    public async Task Answers_AreRememberedForATime()
    {
        await AskAsync();
        await AskAsync();
        Assert.Single(_service.Questions);
        Assert.Equal(1, _lookUps.Count(AdmissionLookUp.Hit));
        _time.Advance(TimeSpan.FromSeconds(61));
        await AskAsync();
        Assert.Equal(2, _service.Questions.Count);

        _service.Answer = () => FakeService.Json("{\"Allow\":false}");
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(AdmissionResult.Denied, (await AskAsync()).Result);
        Assert.Equal(AdmissionResult.Denied, (await AskAsync()).Result);
        Assert.Equal(3, _service.Questions.Count);
        _time.Advance(TimeSpan.FromSeconds(11));
        await AskAsync();
        Assert.Equal(4, _service.Questions.Count);
    }

    [Fact]
    public async Task EqualQuestions_ShareOneAnswer()
    {
        var hold = _service.Hold();
        var asking = Enumerable.Range(0, 50).Select(_ => AskAsync()).ToList();
        await _service.AskedAsync(1);
        hold.SetResult();
        Assert.All(await Task.WhenAll(asking), answer => Assert.Equal(AdmissionResult.Admitted, answer.Result));
        Assert.Single(_service.Questions);
        Assert.Equal(49, _lookUps.Count(AdmissionLookUp.Shared));
    }

    [Fact]
    public async Task ManyQuestions_WaitTheirTurnOrAreRefused()
    {
        Replace(new() { Url = Url, MaxQuestions = 2, MaxWaiting = 3 });
        var hold = _service.Hold();
        var keys = Enumerable.Range(0, 9).Select(_ => NodePrivateKey.Generate()).ToList();
        var asking = keys.Select(key => _admission.AdmitAsync(key.Public, Source, default).AsTask()).ToList();
        await Eventually.True(() => asking.Count(task => task.IsCompleted) == 4, "four of nine to be refused");
        await _service.AskedAsync(2);
        Assert.Equal(2, _service.Questions.Count);
        hold.SetResult();
        var answers = await Eventually.Done(Task.WhenAll(asking), "the others to be answered");
        Assert.Equal(5, answers.Count(answer => answer.Result == AdmissionResult.Admitted));
        Assert.Equal(4, answers.Count(answer => answer.Result == AdmissionResult.Overloaded));
        keys.ForEach(key => key.Dispose());
    }

    [Theory]
    [InlineData(false, AdmissionResult.Unanswered)]
    [InlineData(true, AdmissionResult.AdmittedUnanswered)]
    public async Task Silence_IsTriedAgainAndThenDecidedAsTheOperatorChose(bool open, AdmissionResult expected)
    {
        Replace(new() { Url = Url, AdmitUnanswered = open });
        _service.Answer = () => throw new HttpRequestException("nobody there");
        Assert.Equal(expected, (await PauseUntilAsync(AskAsync())).Result);
        Assert.Equal(3, _service.Questions.Count);

        // Not remembered: the next client may be lucky.
        _service.Answer = () => FakeService.Json("{\"Allow\":true}");
        Assert.Equal(AdmissionResult.Admitted, (await AskAsync()).Result);
    }

    [Fact]
    public async Task SlowService_IsGivenUpInTime()
    {
        _service.Hold();
        var asking = AskAsync();
        await _service.AskedAsync(1);
        _time.Advance(TimeSpan.FromSeconds(2));
        await _time.UntilAsync(() => _service.Questions.Count == 2, "the second attempt");
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(AdmissionResult.Unanswered, (await asking).Result);
    }

    [Fact]
    public async Task ServerError_IsTriedAgain()
    {
        var answers = new Queue<HttpResponseMessage>([FakeService.Json("", HttpStatusCode.BadGateway), FakeService.Json("{\"Allow\":true}")]);
        _service.Answer = answers.Dequeue;
        Assert.Equal(AdmissionResult.Admitted, (await PauseUntilAsync(AskAsync())).Result);
    }

    [Fact]
    public async Task SilentService_IsLeftAloneForAWhile()
    {
        _service.Answer = () => throw new HttpRequestException("nobody there");
        for (var i = 0; i < 4; i++) await PauseUntilAsync(AskAsync());
        Assert.True(_admission.IsBroken);
        var asked = _service.Questions.Count;
        Assert.Equal(AdmissionResult.Unanswered, (await PauseUntilAsync(AskAsync())).Result);
        Assert.Equal(asked, _service.Questions.Count);

        _service.Answer = () => FakeService.Json("{\"Allow\":true}");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(AdmissionResult.Admitted, (await AskAsync()).Result);
        Assert.False(_admission.IsBroken);
    }

    [Fact]
    public async Task Renewal_ProlongsTheGrant()
    {
        _service.Answer = () => FakeService.Json("{\"Allow\":true,\"ExpiresSeconds\":100}");
        var grant = (await AskAsync()).Grant!;
        _time.Advance(TimeSpan.FromSeconds(74));
        Assert.False(grant.TakeRenewal(_time));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(grant.TakeRenewal(_time));
        Assert.False(grant.TakeRenewal(_time));
        _service.Answer = () => FakeService.Json("{\"Allow\":true,\"ExpiresSeconds\":100,\"RateBytesPerSecond\":5}");
        _admission.Renew(_alice.Public, Source, grant);
        await Eventually.True(() => grant.Rate is not null, "the answer");
        _time.Advance(TimeSpan.FromSeconds(99));
        Assert.False(grant.IsOver(_time));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(grant.IsOver(_time));
    }

    [Theory]
    [InlineData("{\"Allow\":false}")]
    [InlineData("{\"Allow\":true,\"Network\":\"elsewhere\",\"ExpiresSeconds\":100}")]
    public async Task Renewal_ThatIsDeniedOrMoves_RevokesTheGrant(string answer)
    {
        _service.Answer = () => FakeService.Json("{\"Allow\":true,\"Network\":\"home\",\"ExpiresSeconds\":100}");
        var grant = (await AskAsync()).Grant!;
        _service.Answer = () => FakeService.Json(answer);
        _admission.Renew(_alice.Public, Source, grant);
        await Eventually.True(() => grant.Revoked, "the grant to be revoked");
        await Eventually.True(async () => (await AskAsync()).Grant != grant, "the revoked grant to be forgotten");
    }

    [Fact]
    public async Task ClosedConnection_OfAClient_DoesNotEndTheQuestionOfAnother()
    {
        var hold = _service.Hold();
        using var gone = new CancellationTokenSource();
        var first = _admission.AdmitAsync(_alice.Public, Source, gone.Token).AsTask();
        var second = AskAsync();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        hold.SetResult();
        Assert.Equal(AdmissionResult.Admitted, (await second).Result);
    }

    [Fact]
    public async Task RemoteKey_IsOfItsNetworkOnceTheServiceSaidSo()
    {
        using var remote = NodePrivateKey.Generate();

        // As long as no answer has named a network there is only one.
        Assert.True(_admission.TryFindNetwork(remote.Public, out var network));
        Assert.Null(network);

        _service.Answer = () => FakeService.Json("{\"Allow\":true,\"Network\":\"home\"}");
        var home = (await AskAsync()).Grant!.Network;
        var hold = _service.Hold();
        Assert.False(_admission.TryFindNetwork(remote.Public, out _));
        hold.SetResult();
        await Eventually.True(() => _admission.TryFindNetwork(remote.Public, out network), "the service to be asked");
        Assert.Same(home, network);
    }

    [Fact]
    public async Task RemoteKey_StaysOfItsNetwork_WhileItIsAskedForAgain_AndWhileNobodyAnswers()
    {
        using var remote = NodePrivateKey.Generate();
        _service.Answer = () => FakeService.Json("{\"Allow\":true,\"Network\":\"home\"}");
        await AskAsync();
        Network? network = null;
        await Eventually.True(() => _admission.TryFindNetwork(remote.Public, out network), "the service to be asked");
        var home = network;

        _time.Advance(TimeSpan.FromSeconds(61));
        var hold = _service.Hold();
        Assert.True(_admission.TryFindNetwork(remote.Public, out network));
        Assert.Same(home, network);
        await _service.AskedAsync(3);
        _service.Answer = () => throw new HttpRequestException("nobody there");
        hold.SetResult();
        await Eventually.True(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                Assert.True(_admission.TryFindNetwork(remote.Public, out network));
                return _service.Questions.Count >= 6;
            },
            "the service to be asked again");
        Assert.Same(home, network);

        _service.Answer = () => FakeService.Json("{\"Allow\":false}");
        await Eventually.True(
            () =>
            {
                if (!_service.IsAsked) _time.Advance(TimeSpan.FromSeconds(1));
                return !_admission.TryFindNetwork(remote.Public, out _);
            },
            "the service's no to count");
    }

    private static Uri Url { get; } = new("http://admission.example/verify");

    private ServiceAdmission Make(AdmissionServiceOptions? options = null) =>
        new(options ?? new() { Url = Url }, _service, _lookUps, _time, NullLogger.Instance);

    private void Replace(AdmissionServiceOptions options) => _admission = Make(options);

    private Task<AdmissionAnswer> AskAsync() => Eventually.Done(_admission.AdmitAsync(_alice.Public, Source, default), "an answer");

    private async Task<AdmissionAnswer> PauseUntilAsync(Task<AdmissionAnswer> asking)
    {
        await _time.UntilAsync(() => asking.IsCompleted, "an answer");
        return await asking;
    }
}
