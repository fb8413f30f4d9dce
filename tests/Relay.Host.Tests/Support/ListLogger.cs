using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Relay.Host.Tests.Support;

/// <summary>Keeps what is logged.</summary>
internal sealed class ListLogger : ILogger
{
    internal ConcurrentQueue<(LogLevel Level, EventId Event, string Text)> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, eventId, formatter(state, exception)));
}
