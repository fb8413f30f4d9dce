using System.Net;
using Microsoft.Extensions.Time.Testing;
using Relay.Stun.Messages;
using Relay.Stun.Udp;

namespace Relay.Stun.Tests.Udp;

/// <summary>A victim's network is spared, and nobody who only asks for his own address is ever limited.</summary>
public sealed class ExcessBudgetTests
{
    private const int Excess = 24;
    private const int PerSecond = ExcessBudget.BytesPerSecond / Excess;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void LargerAnswers_AreBoundedForANetwork_AndComeBackWithTime()
    {
        var budget = new ExcessBudget(_time);
        Assert.Equal(PerSecond, Answered(budget, 10_000));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.InRange(Answered(budget, 10_000), PerSecond / 2 - 1, PerSecond / 2 + 1);
        _time.Advance(TimeSpan.FromDays(100));
        Assert.Equal(PerSecond, Answered(budget, 10_000));
    }

    [Fact]
    public void TimeInSmallSteps_CountsAsMuch()
    {
        var budget = new ExcessBudget(_time);
        Answered(budget, 10_000);
        var answered = 0;
        for (var i = 0; i < 100_000; i++)
        {
            _time.Advance(TimeSpan.FromMicroseconds(10));
            answered += Answered(budget, 1);
        }

        Assert.InRange(answered, PerSecond * 0.98, PerSecond * 1.01);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.200", true)]
    [InlineData("2001:db8:0:100::1", "2001:db8:0:1ff::1", true)]
    [InlineData("192.0.2.1", "192.0.3.1", false)]
    [InlineData("2001:db8:0:100::1", "2001:db8:0:200::1", false)]
    public void Neighbours_ShareABudget_OthersDoNot(string one, string other, bool shared)
    {
        // Two networks may share a bucket by chance, one in 4096: not three times in a row.
        var outcomes = new List<bool>();
        for (var i = 0; i < 3; i++)
        {
            var budget = new ExcessBudget(_time);
            Answered(budget, 10_000, one);
            outcomes.Add(Answered(budget, 1, other) == 0);
        }

        Assert.Equal(shared, outcomes.TrueForAll(o => o));
    }

    [Theory]
    [InlineData("192.0.2.1", 40, 32)]
    [InlineData("2001:db8::1", 40, 44)]
    [InlineData("127.0.0.1", 20, 44)]
    [InlineData("::1", 20, 68)]
    public void AnswersThatAreNotLarger_AndOurOwnMachine_AreFree(string source, int asked, int answered)
    {
        var budget = new ExcessBudget(_time);
        var from = At(source);
        for (var i = 0; i < 100_000; i++) Assert.True(budget.Allows(from, asked, answered));
    }

    private static int Answered(ExcessBudget budget, int questions, string source = "192.0.2.1")
    {
        var from = At(source);
        return Enumerable.Range(0, questions).Count(_ => budget.Allows(from, 20, 20 + Excess));
    }

    private static TransportAddress At(string address) => TransportAddress.From(new IPEndPoint(IPAddress.Parse(address), 40000));
}
