using System.CommandLine;
using System.CommandLine.Help;
using Relay.Agent.Doctor;
using Relay.Agent.Keygen;
using Relay.Agent.Maps;
using Relay.Agent.Netcheck;
using Relay.Agent.Ping;
using Relay.Agent.Status;
using Relay.Agent.Up;
using Relay.Client;

namespace Relay.Agent.Commands;

/// <summary>All of relay: reads the command line and runs one command.</summary>
internal static class RelayCommand
{
    // Values that begin with '@' are values.
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>Never throws: what goes wrong is one line on <see cref="AgentEnvironment.Error"/> and an exit code.</summary>
    internal static async Task<int> RunAsync(IReadOnlyList<string> args, AgentEnvironment environment, CancellationToken stop)
    {
        var exit = ExitCode.Ok;
        var verbose = Options.Verbose();
        var root = new RootCommand("relay: the client side of Relay. Carries WireGuard between machines behind NATs; tries, explains and checks relays.") { verbose };
        AgentCommand[] commands =
        [
            new UpCommand(), new StatusCommand(), new KeygenCommand(), new PingCommand(), new MapCommand(), new DoctorCommand(), new NetcheckCommand(),
        ];
        foreach (var command in commands)
        {
            var line = command.Build();
            line.SetAction(async (result, _) => exit = await RunAsync(command, result, environment, stop));
            root.Subcommands.Add(line);
        }

        var result = root.Parse(args.Count == 0 ? ["--help"] : args, Parser);
        environment = environment with { Verbose = result.GetResult(verbose) is { Implicit: false } };
        try
        {
            await InvokeAsync(root, result, args, environment, stop);
            return (int)exit;
        }
        catch (CommandException e)
        {
            return Fail(environment, e);
        }
        catch (RelayException e)
        {
            return Fail(environment, CommandException.From(e));
        }
        catch (Exception e)
        {
            return Fail(environment, new CommandException(ExitCode.Failed, $"failed: {e.Message} ({e.GetType().Name})", e.InnerException));
        }
    }

    private static async Task InvokeAsync(RootCommand root, ParseResult result, IReadOnlyList<string> args, AgentEnvironment environment, CancellationToken stop)
    {
        if (result.Errors.Count > 0 && result.GetResult(root.Options.OfType<HelpOption>().Single()) is null) throw Wrong(result, root, args);
        var configuration = new InvocationConfiguration
        {
            Output = environment.Out,
            Error = environment.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // signals are the program's own business
        };
        await result.InvokeAsync(configuration, stop);
    }

    // Half an answer is none: whoever wrote the output into a file must not take it for one.
    private static async Task<ExitCode> RunAsync(AgentCommand command, ParseResult line, AgentEnvironment environment, CancellationToken stop)
    {
        try
        {
            return await command.RunAsync(line, environment, stop);
        }
        catch (OperationCanceledException e) when (stop.IsCancellationRequested)
        {
            return command.RunsUntilStopped(line) ? ExitCode.Ok : throw new CommandException(ExitCode.Failed, "stopped before the end", e);
        }
    }

    private static CommandException Wrong(ParseResult result, RootCommand root, IReadOnlyList<string> args)
    {
        if (result.CommandResult.Command == root)
        {
            var names = string.Join(", ", root.Subcommands.Select(c => c.Name));
            return CommandException.Usage($"\"{(result.UnmatchedTokens is [var token, ..] ? token : "")}\": no such command; expected one of {names}");
        }

        var help = $"see relay {result.CommandResult.Command.Name} --help";

        // The parser takes an option it does not know for an argument, and then dislikes what follows.
        var known = result.CommandResult.Command.Options.Concat(root.Options).SelectMany(o => o.Aliases.Append(o.Name)).ToHashSet();
        var unknown = args.FirstOrDefault(a => a.StartsWith('-') && !known.Contains(a.Split('=')[0]) && !double.TryParse(a, out _))
            ?? (result.UnmatchedTokens is [var unmatched, ..] ? unmatched : null);
        return unknown is not null
            ? CommandException.Usage($"{unknown}: no such option or argument; {help}")
            : CommandException.Usage($"{result.Errors[0].Message.TrimEnd('.')}; {help}");
    }

    private static int Fail(AgentEnvironment environment, CommandException failure)
    {
        environment.Error.WriteLine($"relay: {failure.Message}");
        for (var (said, cause) = (failure.Message, failure.InnerException); cause is not null; (said, cause) = (cause.Message, cause.InnerException))
        {
            // What was only passed on says the same once more.
            if (cause.Message != said) environment.Note($"because: {cause.Message} ({cause.GetType().Name})");
        }

        return (int)failure.Code;
    }
}
