using System.Runtime.InteropServices;
using Relay.Host.Commands;

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
