using System.Runtime.InteropServices;
using Relay.Agent.Commands;

// .NET looks for a user's own certificate authorities at home, and has no TLS where nobody knows where that is: for a user that
// systemd made up, on a machine that does not ask it for names.
if (Environment.GetEnvironmentVariable("HOME") is null or "") Environment.SetEnvironmentVariable("HOME", "/");

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
