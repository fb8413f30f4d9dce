using System.CommandLine;

namespace Relay.Agent.Commands;

/// <summary>One of relay's commands.</summary>
internal abstract class AgentCommand
{
    /// <summary>Its name, options and help.</summary>
    internal abstract Command Build();

    /// <summary>Whether it goes on until it is stopped: then being stopped is its end, and no failure.</summary>
    internal virtual bool RunsUntilStopped(ParseResult line) => false;

    /// <summary>Runs it with options that parsed.</summary>
    /// <exception cref="CommandException">It cannot go on.</exception>
    internal abstract Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop);
}
