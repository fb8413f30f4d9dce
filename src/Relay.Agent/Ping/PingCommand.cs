using System.CommandLine;
using Relay.Agent.Commands;

namespace Relay.Agent.Ping;

internal sealed class PingCommand : AgentCommand
{
    internal override Command Build() => new("ping", "");

    internal override Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop) => Task.FromResult(ExitCode.Ok);
}
