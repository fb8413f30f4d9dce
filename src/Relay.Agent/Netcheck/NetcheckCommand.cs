using System.CommandLine;
using Relay.Agent.Commands;

namespace Relay.Agent.Netcheck;

internal sealed class NetcheckCommand : AgentCommand
{
    internal override Command Build() => new("netcheck", "");

    internal override Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop) => Task.FromResult(ExitCode.Ok);
}
