using System.CommandLine;
using Relay.Agent.Commands;

namespace Relay.Agent.Doctor;

internal sealed class DoctorCommand : AgentCommand
{
    internal override Command Build() => new("doctor", "");

    internal override Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop) => Task.FromResult(ExitCode.Ok);
}
