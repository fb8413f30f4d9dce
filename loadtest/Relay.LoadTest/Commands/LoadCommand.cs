using System.CommandLine;
using System.CommandLine.Help;
using Relay.LoadTest.Scenarios;

namespace Relay.LoadTest.Commands;

/// <summary>All of relay-load: reads the command line and runs one scenario, or a comparison.</summary>
internal static class LoadCommand
{
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>Never throws: what goes wrong is one line on <paramref name="error"/> and an exit code.</summary>
    internal static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error, TextWriter progress, CancellationToken stop)
    {
        try
        {
            return (int)await DispatchAsync(args, output, error, progress, stop);
        }
        catch (LoadException e)
        {
            error.WriteLine($"relay-load: {e.Message}");
            return (int)e.Code;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            error.WriteLine("relay-load: stopped before there was a result");
            return (int)ExitCode.Failed;
        }
        catch (DllNotFoundException e)
        {
            error.WriteLine($"relay-load: {e.Message.ReplaceLineEndings(" ")}; OpenSSL 3 is needed");
            return (int)ExitCode.Unavailable;
        }
        catch (Exception e)
        {
            error.WriteLine($"relay-load: failed: {e.Message.ReplaceLineEndings(" ")} ({e.GetType().Name})");
            return (int)ExitCode.Failed;
        }
    }

    private static async Task<ExitCode> DispatchAsync(
        IReadOnlyList<string> args, TextWriter output, TextWriter error, TextWriter progress, CancellationToken stop)
    {
        var root = new RootCommand("relay-load: loads a relay and says what it took.");
        foreach (var scenario in Scenario.All) root.Subcommands.Add(Measuring(scenario));
        root.Subcommands.Add(Comparing());

        var line = root.Parse(args.Count == 0 ? ["--help"] : args, Parser);
        if (line.Errors.Count > 0 && line.GetResult(root.Options.OfType<HelpOption>().Single()) is null) throw Wrong(line, root);
        // Signals are the program's: the parser would end it after two seconds, and leave behind what it had started.
        var invocation = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        await line.InvokeAsync(invocation, stop);
        return ExitCode.Ok;

        Command Measuring(Scenario scenario)
        {
            var set = new OptionSet(scenario.Counts);
            var command = new Command(scenario.Name, scenario.Summary);
            set.AddTo(command);
            command.SetAction((result, cancel) => new Bench(set.Read(result, args), output, progress).MeasureAsync(scenario, cancel));
            return command;
        }

        Command Comparing()
        {
            var set = new OptionSet("Pairs of clients, or what the scenario counts", runs: 5);
            var against = new Option<string>("--against")
            {
                Description = "haproxy (as a TCP relay of the same bytes, TLS on both sides or on none), local (of a region: all clients on one of its relays), or ref:URL, any DERP relay.",
                HelpName = "haproxy|local|ref:URL",
                Required = true,
            };
            var referencePid = new Option<int?>("--ref-pid") { Description = "With ref: its process, if it is on this machine.", HelpName = "PID" };
            var which = new Argument<string>("scenario") { Description = "The work for both.", DefaultValueFactory = _ => "throughput" };
            var command = new Command("compare", "The same work for this relay and for another, alternating; ratios pair by pair, and their median.")
            {
                which, against, referencePid,
            };
            set.AddTo(command);
            command.SetAction((result, cancel) => new Bench(set.Read(result, args), output, progress)
                .CompareAsync(Named(result.GetValue(which)!), result.GetValue(against)!, result.GetValue(referencePid), cancel));
            return command;
        }
    }

    private static Scenario Named(string name) =>
        Scenario.All.FirstOrDefault(scenario => scenario.Name == name && scenario.Compares)
        ?? throw LoadException.Usage($"compare {name}: no such scenario; expected one of {Names(Scenario.All.Where(s => s.Compares).Select(s => s.Name))}");

    private static string Names(IEnumerable<string> names) => string.Join(", ", names);

    private static LoadException Wrong(ParseResult line, RootCommand root)
    {
        if (line.CommandResult.Command == root)
        {
            var token = line.UnmatchedTokens is [var first, ..] ? first : "";
            return LoadException.Usage($"\"{token}\": no such command; expected one of {Names(root.Subcommands.Select(c => c.Name))}");
        }

        var help = $"see relay-load {line.CommandResult.Command.Name} --help";
        return line.UnmatchedTokens is [var unknown, ..]
            ? LoadException.Usage($"{unknown}: no such option or argument; {help}")
            : LoadException.Usage($"{line.Errors[0].Message.TrimEnd('.')}; {help}");
    }
}
