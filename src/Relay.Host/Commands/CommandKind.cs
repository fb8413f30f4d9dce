namespace Relay.Host.Commands;

/// <summary>What the command line asks for.</summary>
internal enum CommandKind
{
    Run,
    Check,
    HealthCheck,
    Help,
    Version,
}
