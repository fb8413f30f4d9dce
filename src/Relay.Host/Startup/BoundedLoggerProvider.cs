namespace Relay.Host.Startup;

/// <summary>
/// Writes at most so many lines a second of each level below Error, whoever they come from, and then how many it left out. Single
/// causes are bounded where they are logged; this bounds what nobody thought of. Errors always pass: they are ours.
/// </summary>
internal sealed class BoundedLoggerProvider : ILoggerProvider
{
    /// <summary>Lines a second of one level.</summary>
    internal const int Lines = 100;

    private readonly ILoggerProvider _inner;
    private readonly LineBudget[] _budgets;

    public BoundedLoggerProvider(ILoggerProvider inner, TimeProvider time)
    {
        _inner = inner;
        var logger = inner.CreateLogger("relayd");
        _budgets = [.. Enumerable.Range((int)LogLevel.Trace, (int)LogLevel.Error).Select(level =>
            new LineBudget(Lines, time, count => Log.LinesLeftOut(logger, count, ((LogLevel)level).ToString(), Lines)))];
    }

    public ILogger CreateLogger(string categoryName) => new Bounded(_inner.CreateLogger(categoryName), _budgets);

    public void Dispose()
    {
        foreach (var budget in _budgets) budget.Dispose();
        _inner.Dispose();
    }

    private sealed class Bounded(ILogger inner, LineBudget[] budgets) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            if (logLevel >= LogLevel.Error || budgets[(int)logLevel].TryTake()) inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
