namespace Relay.Agent.Ping;

/// <summary>How often, how far apart (in seconds), and how large (in bytes).</summary>
internal sealed record PingTimes(int Count, double Interval, int Size);
