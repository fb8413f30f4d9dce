using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Relay.Server.Tests;

/// <summary>Remembers which events an operator would read of.</summary>
internal sealed class EventLog : ILogger<RelayServer>
{
    private readonly ConcurrentQueue<string?> _events = [];

    public int Count(string name) => _events.Count(one => one == name);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) _events.Enqueue(eventId.Name);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;
}
