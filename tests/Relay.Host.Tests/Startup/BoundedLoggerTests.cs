using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Relay.Host.Startup;
using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Startup;

public sealed class BoundedLoggerTests : IDisposable
{
    private const int Limit = BoundedLoggerProvider.Lines;

    private readonly FakeTimeProvider _time = new();
    private readonly ListProvider _written = new();
    private readonly BoundedLoggerProvider _provider;

    public BoundedLoggerTests() => _provider = new BoundedLoggerProvider(_written, _time);

    [Fact]
    public void LinesBeyondTheBound_AreLeftOutAndCounted()
    {
        Write(LogLevel.Information, Limit + 7);
        Assert.Equal(Limit, Count(LogLevel.Information));
        _time.Advance(TimeSpan.FromSeconds(1));
        var told = Assert.Single(_written.Logger.Lines, line => line.Level == LogLevel.Warning);
        Assert.Equal($"7 lines of level Information are left out: there were more than {Limit} in a second", told.Text);

        Write(LogLevel.Information, Limit);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(2 * Limit, Count(LogLevel.Information));
        Assert.Equal(1, Count(LogLevel.Warning));
    }

    [Fact]
    public void Bound_IsForAllCategoriesTogether()
    {
        Write(LogLevel.Warning, Limit, "one");
        Write(LogLevel.Warning, Limit, "another");
        Assert.Equal(Limit, Count(LogLevel.Warning));
    }

    [Fact]
    public void Levels_TakeNothingFromEachOther()
    {
        Write(LogLevel.Debug, 10 * Limit);
        Write(LogLevel.Warning, Limit);
        Assert.Equal((Limit, Limit), (Count(LogLevel.Debug), Count(LogLevel.Warning)));
    }

    [Fact]
    public void Errors_AllPass()
    {
        Write(LogLevel.Error, 3 * Limit);
        Write(LogLevel.Critical, 3 * Limit);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((3 * Limit, 3 * Limit, 0), (Count(LogLevel.Error), Count(LogLevel.Critical), Count(LogLevel.Warning)));
    }

    [Fact]
    public void End_TellsWhatWasLeftOutLast()
    {
        Write(LogLevel.Information, Limit + 1);
        _provider.Dispose();
        Assert.Equal(1, Count(LogLevel.Warning));
    }

    public void Dispose() => _provider.Dispose();

    private void Write(LogLevel level, int lines, string category = "test")
    {
        var logger = _provider.CreateLogger(category);
        for (var i = 0; i < lines; i++) logger.Log(level, default, "a line", null, static (text, _) => text);
    }

    private int Count(LogLevel level) => _written.Logger.Lines.Count(line => line.Level == level);

    private sealed class ListProvider : ILoggerProvider
    {
        public ListLogger Logger { get; } = new();

        public ILogger CreateLogger(string categoryName) => Logger;

        public void Dispose()
        {
        }
    }
}
