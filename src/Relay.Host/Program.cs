using System.Runtime.InteropServices;
using Relay.Host.Commands;

// .NET looks for a user's own certificate authorities at home, and has no TLS where nobody knows where that is: for a user that
// systemd made up, on a machine that does not ask it for names.
if (Environment.GetEnvironmentVariable("HOME") is null or "") Environment.SetEnvironmentVariable("HOME", "/");

using var stopping = new CancellationTokenSource();
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
return await RelaydCommand.RunAsync(args, RelaydEnvironment.OfProcess(), stopping.Token);

void Stop(PosixSignalContext signal)
{
    // The second one, from somebody who does not want to wait, has its usual effect.
    signal.Cancel = !stopping.IsCancellationRequested;
    stopping.Cancel();
}
