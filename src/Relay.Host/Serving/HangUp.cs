using System.Runtime.InteropServices;

namespace Relay.Host.Serving;

/// <summary>
/// SIGHUP, from before the first file is read: what nobody waits for would end the process, and an operator's script may be
/// faster than a start. One that comes too early is made up for.
/// </summary>
internal sealed class HangUp : IDisposable
{
    private readonly PosixSignalRegistration? _registration;
    private readonly Lock _lock = new();
    private Action? _reload;
    private bool _early;

    internal HangUp()
    {
        if (!OperatingSystem.IsWindows()) _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
    }

    /// <summary>What to do from now on. Call once.</summary>
    internal void Then(Action reload)
    {
        bool early;
        lock (_lock) (_reload, early) = (reload, _early);
        if (early) reload();
    }

    public void Dispose() => _registration?.Dispose();

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Action? reload;
        lock (_lock)
        {
            reload = _reload;
            _early |= reload is null;
        }

        reload?.Invoke();
    }
}
