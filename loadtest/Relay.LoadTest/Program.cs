using System.Runtime.InteropServices;
using Relay.LoadTest.Commands;

using var stopping = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
var progress = Console.IsErrorRedirected ? TextWriter.Null : Console.Error;
return await LoadCommand.RunAsync(args, Console.Out, Console.Error, progress, stopping.Token);

void Stop(PosixSignalContext signal)
{
    // The second one, from somebody who does not want to wait, has its usual effect.
    signal.Cancel = !stopping.IsCancellationRequested;
    stopping.Cancel();
}
