using System.Runtime.InteropServices;
using Relay.Agent.Commands;

// Never disposed: a signal may come while the process is about to end.
var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    // The second one, from somebody who does not want to wait, has its usual effect.
    press.Cancel = !stopping.IsCancellationRequested;
    stopping.Cancel();
};
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stopping.Cancel();
});
return await RelayCommand.RunAsync(args, AgentEnvironment.OfProcess(), stopping.Token);
