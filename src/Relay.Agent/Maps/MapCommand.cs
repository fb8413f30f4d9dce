using System.CommandLine;
using Relay.Agent.Commands;

namespace Relay.Agent.Maps;

internal sealed class MapCommand : AgentCommand
{
    internal override Command Build() => new("map", "");

    internal override Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop) => Task.FromResult(ExitCode.Ok);
}
