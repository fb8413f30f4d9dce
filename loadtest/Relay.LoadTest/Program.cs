using Relay.LoadTest.Commands;

using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    // The second one, from somebody who does not want to wait, has its usual effect.
    press.Cancel = !stopping.IsCancellationRequested;
    stopping.Cancel();
};
var progress = Console.IsErrorRedirected ? TextWriter.Null : Console.Error;
return await LoadCommand.RunAsync(args, Console.Out, Console.Error, progress, stopping.Token);
