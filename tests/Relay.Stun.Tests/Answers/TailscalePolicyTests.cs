using System.Text.Json;
using Relay.Stun.Tests.Support;
using Relay.Testing;
using static Relay.Stun.Answers.StunDisposition;

namespace Relay.Stun.Tests.Answers;

/// <summary>The reference's acceptance rules, with its own recorded verdicts (spec/stun.md 3.2).</summary>
public sealed class TailscalePolicyTests
{
    [Fact]
    public void LiveDerper_AndWe_AnswerTheSameRequestsWithTheSameBytes()
    {
        var exchanges = Vectors.Load("stun.json").GetProperty("liveDerper").EnumerateArray().ToArray();
        Assert.NotEmpty(exchanges);
        foreach (JsonElement exchange in exchanges)
        {
            var decision = Decision.Tailscale(exchange.Hex("requestHex"), exchange.Text("from"));
            var expected = exchange.GetProperty("answered").GetBoolean() ? exchange.Text("responseHex") : "";
            Assert.Equal((exchange.Text("name"), expected), (exchange.Text("name"), decision.Answer));
        }
    }

    [Fact]
    public void LiveDerpersAnswer_IsOursToThePublicToo()
    {
        var exchange = Vectors.Load("stun.json").GetProperty("liveDerper").EnumerateArray().First(e => e.GetProperty("answered").GetBoolean());
        Assert.Equal(exchange.Text("responseHex"), Decision.Public(exchange.Hex("requestHex"), exchange.Text("from")).Answer);
    }

    [Fact]
    public void RecordedVerdicts_AreOurs()
    {
        foreach (JsonElement verdict in Vectors.Load("stun.json").GetProperty("parseBindingRequest").EnumerateArray())
        {
            var expected = verdict.TryGetProperty("error", out var error) ? error.GetString() switch
            {
                "STUN request came from non-Tailscale software" => WrongSoftware,
                "STUN request had bogus fingerprint" or "STUN request didn't end in fingerprint" => BadFingerprint,
                _ => NotStun,
            } : Success;
            Assert.Equal((verdict.Text("name"), expected), (verdict.Text("name"), Decision.Tailscale(verdict.Hex("hex")).Disposition));
        }
    }

    [Fact]
    public void RecordedResponses_AreOurs()
    {
        var vectors = Vectors.Load("stun.json");
        foreach (JsonElement recorded in vectors.GetProperty("responses").EnumerateArray())
        {
            // One was made by a codec that does not unwrap; the server that uses it does, and so do we.
            if (recorded.TryGetProperty("note", out _)) continue;
            Assert.Equal(recorded.Text("hex"), Decision.Tailscale(vectors.Hex("request"), recorded.Text("addr")).Answer);
        }
    }

    [Fact]
    public void UnknownAttributes_AreIgnored_WhateverTheirNumber() => Assert.Equal(
        Success, Decision.Tailscale(new StunBuilder().Attribute(0x0003, "00000006").Software("tailnode").Attribute(0x7777).Fingerprint().Build()).Disposition);

    [Fact]
    public void SomeSoftwareOfSeveral_Suffices() => Assert.Equal(
        Success, Decision.Tailscale(new StunBuilder().Software("x").Software("tailnode").Software("tailnod").Fingerprint().Build()).Disposition);

    [Theory]
    [InlineData("tailnod")]
    [InlineData("tailnodes")]
    [InlineData("Tailnode")]
    [InlineData("")]
    public void OtherSoftware_IsDropped(string software) =>
        Assert.Equal(new Decision(WrongSoftware, ""), Decision.Tailscale(new StunBuilder().Software(software).Fingerprint().Build()));

    [Fact]
    public void FingerprintMissingWrongOrNotLast_IsDropped()
    {
        Assert.Equal(new Decision(BadFingerprint, ""), Decision.Tailscale(Genuine().Build()));
        Assert.Equal(new Decision(BadFingerprint, ""), Decision.Tailscale(Genuine().Fingerprint(1).Build()));
        Assert.Equal(new Decision(BadFingerprint, ""), Decision.Tailscale(Genuine().Fingerprint().Attribute(0x8000).Build()));
        Assert.Equal(new Decision(BadFingerprint, ""), Decision.Tailscale(Genuine().Attribute(0x8028).Build()));
    }

    [Fact]
    public void HeaderLengthThatIsNotTheDatagrams_IsDropped()
    {
        var request = Genuine().Fingerprint().Build();
        Assert.Equal(new Decision(NotStun, ""), Decision.Tailscale([.. request, 0]));
        Assert.Equal(new Decision(NotStun, ""), Decision.Tailscale([.. request, 0, 0, 0, 0]));
    }

    [Theory]
    [InlineData(0x0011, Indication)]
    [InlineData(0x0101, ResponseDropped)]
    [InlineData(0x0111, ResponseDropped)]
    [InlineData(0x0002, NotStun)]
    public void AnotherMessage_IsDropped(int type, Stun.Answers.StunDisposition expected) =>
        Assert.Equal(new Decision(expected, ""), Decision.Tailscale(new StunBuilder(type).Software("tailnode").Fingerprint().Build()));

    private static StunBuilder Genuine() => new StunBuilder().Software("tailnode");
}
