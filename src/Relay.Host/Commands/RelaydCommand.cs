using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Serving;

namespace Relay.Host.Commands;

/// <summary>All of relayd: reads the command line, loads and checks the settings, and runs or only checks.</summary>
internal static class RelaydCommand
{
    /// <summary>Never throws: what goes wrong is one line on <see cref="RelaydEnvironment.Error"/> and an exit code.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="environment">The process's surroundings.</param>
    /// <param name="stop">Asks the server to stop.</param>
    internal static async Task<int> RunAsync(IReadOnlyList<string> args, RelaydEnvironment environment, CancellationToken stop)
    {
        try
        {
            await DispatchAsync(args, environment, stop);
            return (int)ExitCode.Ok;
        }
        catch (StartupException e)
        {
            environment.Error.WriteLine($"relayd: {e.Message}");
            return (int)e.Code;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (int)ExitCode.Ok;
        }
        catch (Exception e)
        {
            environment.Error.WriteLine($"relayd: failed: {StartupException.OneLine(e.Message)} ({e.GetType().Name})");
            return (int)ExitCode.Failed;
        }
    }

    private static async Task DispatchAsync(IReadOnlyList<string> args, RelaydEnvironment environment, CancellationToken stop)
    {
        var line = CommandLine.Parse(args);
        switch (line.Kind)
        {
            case CommandKind.Help:
                environment.Out.Write(HelpText.Make());
                return;
            case CommandKind.Version:
                environment.Out.WriteLine($"relayd {BuildVersion.Full}");
                return;
        }

        var settings = SettingsLoader.Load(line.Flags, environment);
        if (line.Kind == CommandKind.HealthCheck)
        {
            // Without the rules that hold for a server: who asks need not know the flags that the server was started with.
            await HealthCheckCommand.RunAsync(settings.Get(Settings.AdminListen), environment, stop);
            return;
        }

        var options = OptionsBinder.Bind(settings);
        if (line.Kind == CommandKind.Check) CheckCommand.Run(settings, options, environment);
        else await RelaydServer.RunAsync(settings, options, () => SettingsLoader.Load(line.Flags, environment), environment, stop);
    }
}
