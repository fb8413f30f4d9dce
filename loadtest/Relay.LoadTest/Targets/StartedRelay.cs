using System.Net;
using Relay.LoadTest.Commands;
using Relay.LoadTest.Derp;

namespace Relay.LoadTest.Targets;

/// <summary>A relayd that was started to be measured: throw-away, on loopback, on ports that the system chose.</summary>
internal sealed class StartedRelay : IDisposable
{
    // The labels of relayd's banner.
    private const string Derp = "DERP";
    private const string Stun = "STUN";
    private const string Admin = "admin";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServerProcess _process;
    private readonly Dictionary<string, string> _banner = [];

    private StartedRelay(ServerProcess process) => _process = process;

    internal int Id => _process.Id;

    internal RelayUrl Url => RelayUrl.Parse(_banner[Derp]);

    internal IPEndPoint? StunAddress => IPEndPoint.TryParse(_banner.GetValueOrDefault(Stun, ""), out var address) ? address : null;

    /// <summary>Its metrics.</summary>
    internal Uri Metrics => new(_banner[Admin]);

    /// <summary>The first of what it wrote to standard error.</summary>
    internal string Errors => _process.Errors;

    /// <summary>Starts it on a port, 0 for any, with these flags of ours, and waits until it is up.</summary>
    internal static async Task<StartedRelay> StartAsync(ServerOptions options, int port, IEnumerable<string> flags, CancellationToken stop)
    {
        var (program, arguments) = RelaydBuild.Command(options.Program);
        string[] ports = ["--listen", $"127.0.0.1:{port}", "--stun-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
        var relay = new StartedRelay(new ServerProcess(program, [.. arguments, "--dev", .. ports, .. flags, .. options.Flags], options.Processors));
        try
        {
            await relay.ReadBannerAsync().WaitAsync(Patience, TimeProvider.System, stop);
            return relay;
        }
        catch (TimeoutException e)
        {
            relay.Dispose();
            throw LoadException.Unavailable($"relayd is not up after {Patience.TotalSeconds} s: {relay.Errors}", e);
        }
        catch
        {
            relay.Dispose();
            throw;
        }
    }

    public void Dispose() => _process.Dispose();

    // "relayd VERSION is up...", then "  label   value (remark)", and "Try it:" at the end.
    private async Task ReadBannerAsync()
    {
        while (await _process.Output.ReadLineAsync() is { } line && !line.StartsWith("Try it:", StringComparison.Ordinal))
        {
            foreach (var label in new[] { Derp, Stun, Admin })
            {
                if (line.StartsWith($"  {label} ", StringComparison.Ordinal)) _banner[label] = line[(label.Length + 2)..].Trim().Split(' ')[0];
            }
        }

        if (!_banner.ContainsKey(Derp)) throw LoadException.Unavailable($"relayd did not start: {Errors}");
        // What it prints from now on must not fill the pipe.
        _ = _process.Output.ReadToEndAsync();
    }
}
