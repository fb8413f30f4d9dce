namespace Relay.Host.Status;

/// <summary>
/// The latest report, made anew every two seconds while the server runs, and whoever waits for the next one. A report is
/// written as JSON once, however many look. Thread safe.
/// </summary>
internal sealed class StatusBoard(StatusReporter reporter, TimeProvider time, ILogger<StatusBoard> logger) : IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _reporting = new();
    private TaskCompletionSource<byte[]> _next = NewNext();
    private volatile byte[] _current = [];
    private ITimer? _timer;

    /// <summary>Cancelled when there will be no further report.</summary>
    internal CancellationToken Closed => _closing.Token;

    /// <summary>The latest report as JSON.</summary>
    internal byte[] Current => _current;

    /// <summary>The first one that is made after this call; never, once closed.</summary>
    internal Task<byte[]> Next => Volatile.Read(ref _next).Task;

    /// <summary>Begins. Call once, before anybody asks.</summary>
    internal void Start()
    {
        Report();
        _timer = time.CreateTimer(static board => ((StatusBoard)board!).Report(), this, Interval, Interval);
    }

    /// <summary>Makes a last report, and lets all who wait go.</summary>
    internal void Close()
    {
        _timer?.Dispose();
        Report();
        _closing.Cancel();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _closing.Dispose();
    }

    private void Report()
    {
        // One that takes longer than the interval is not joined by a second one.
        if (!_reporting.TryEnter()) return;
        try
        {
            _current = reporter.Take(Interval).ToJson();
            Interlocked.Exchange(ref _next, NewNext()).SetResult(_current);
        }
        catch (Exception e)
        {
            // This is a timer's root: what escapes from here ends the process.
            Log.CannotReport(logger, e);
        }
        finally
        {
            _reporting.Exit();
        }
    }

    private static TaskCompletionSource<byte[]> NewNext() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
