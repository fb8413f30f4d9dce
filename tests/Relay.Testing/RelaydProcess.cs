using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Relay.Protocol.Keys;
using Relay.Testing.Namespaces;

namespace Relay.Testing;

/// <summary>The real relayd as a process of its own, on loopback ports that the system chose. Killed at the end, by its id.</summary>
public sealed class RelaydProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly HttpClient _http;
    private readonly Dictionary<string, string> _banner = [];

    private RelaydProcess(Process process, NetworkNamespace? host) => (_process, _http) = (process, host is null ? new HttpClient() : ClientIn(host));

    private static string Host => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    /// <summary>The build of relayd that belongs to the running tests.</summary>
    public static string Program
    {
        get
        {
            var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
            return Path.Combine(Repository.Root.FullName, "src", "Relay.Host", "bin", configuration, "net10.0", "relayd.dll");
        }
    }

    /// <summary>DERP.</summary>
    public IPEndPoint RelayEndPoint => IPEndPoint.Parse(new Uri(_banner["DERP"]).Authority);

    /// <summary>The port of DERP, whatever the relay is called.</summary>
    public int Port => new Uri(_banner["DERP"]).Port;

    /// <summary>STUN.</summary>
    public IPEndPoint StunEndPoint => IPEndPoint.Parse(_banner["STUN"]);

    /// <summary>Metrics and health.</summary>
    public IPEndPoint AdminEndPoint => IPEndPoint.Parse(new Uri(_banner["admin"]).Authority);

    /// <summary>The relay's key.</summary>
    public NodeKey PublicKey => NodeKey.TryParse(_banner["public key"], out var key) ? key : throw new InvalidDataException(_banner["public key"]);

    /// <summary>Where clients connect, such as <c>https://127.0.0.1:40000/derp</c>.</summary>
    public string Url => _banner["DERP"];

    /// <summary>The hash of its certificate as clients take it; null without a self-signed one.</summary>
    public string? Pin => _banner.GetValueOrDefault("pin");

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Memory it holds in RAM.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Time that it has spent on the processors so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    /// <summary>Starts <c>relayd --dev</c> with free ports and these flags, and waits until it says that it is up.</summary>
    public static Task<RelaydProcess> StartAsync(params string[] flags) => StartAsync(0, [], flags);

    /// <summary>The same on this port of loopback, with these environment variables besides the test's own.</summary>
    public static Task<RelaydProcess> StartAsync(int port, Dictionary<string, string> environment, params string[] flags) =>
        StartAsync(null, new IPEndPoint(IPAddress.Loopback, port), environment, flags);

    /// <summary>As <see cref="StartAsync(string[])"/>, with so many open files at most.</summary>
    public static Task<RelaydProcess> StartWithFilesAsync(int files, params string[] flags) =>
        StartAsync([Requires.Tool("prlimit"), $"--nofile={files}:{files}"], null, new IPEndPoint(IPAddress.Loopback, 0), [], flags);

    /// <summary>The same by way of a command that becomes what follows it.</summary>
    public static Task<RelaydProcess> StartUnderAsync(string[] command, params string[] flags) =>
        StartAsync(command, null, new IPEndPoint(IPAddress.Loopback, 0), [], flags);

    /// <summary>The same on a host of a test's own network, if there is one, and on this address there. Its metrics are fetched from there.</summary>
    public static Task<RelaydProcess> StartAsync(NetworkNamespace? host, IPEndPoint address, Dictionary<string, string> environment, params string[] flags) =>
        StartAsync(host is null ? [] : [Requires.Tool("ip"), "netns", "exec", host.Name], host, address, environment, flags);

    private static async Task<RelaydProcess> StartAsync(
        string[] within, NetworkNamespace? host, IPEndPoint address, Dictionary<string, string> environment, string[] flags)
    {
        string[] command =
        [
            .. within, Host, Program, "--dev", "--listen", $"{address}", "--stun-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", .. flags,
        ];
        var process = Start(command[0], command[1..], environment);
        var relayd = new RelaydProcess(process, host);
        process.ErrorDataReceived += (_, line) =>
        {
            lock (relayd._errors) relayd._errors.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        try
        {
            await Eventually.Done(relayd.ReadBannerAsync(), "relayd to say that it is up", TimeSpan.FromSeconds(60));
            return relayd;
        }
        catch
        {
            await relayd.DisposeAsync();
            throw new InvalidOperationException($"relayd did not start: {relayd.Errors}");
        }
    }

    /// <summary>Starts relayd with exactly these arguments; the caller ends it.</summary>
    public static Process Launch(params string[] arguments) => LaunchUnder([], arguments);

    /// <summary>The same by way of a command that becomes what follows it.</summary>
    public static Process LaunchUnder(string[] command, params string[] arguments)
    {
        string[] words = [.. command, Host, Program, .. arguments];
        return Start(words[0], words[1..]);
    }

    /// <summary>As <see cref="Launch"/>, as a user whom file modes bind: for root, without the right to pass over them.</summary>
    public static Process LaunchUnprivileged(params string[] arguments) => Environment.IsPrivilegedProcess
        ? Start(Requires.Tool("setpriv"), ["--bounding-set", "-dac_override,-dac_read_search", Host, Program, .. arguments])
        : Launch(arguments);

    /// <summary>As <see cref="Launch"/>, as a user whom the machine has no name and no home for. For root.</summary>
    public static Process LaunchNameless(params string[] arguments) => Start(
        Requires.Tool("env"),
        ["-u", "HOME", Requires.Tool("setpriv"), "--reuid", "61999", "--regid", "61999", "--clear-groups", Host, Program, .. arguments]);

    /// <summary>Its metrics of this moment.</summary>
    public async Task<ScrapedMetrics> MetricsAsync() => new(await _http.GetStringAsync($"http://{AdminEndPoint}/metrics"));

    /// <summary>What <c>/readyz</c> says.</summary>
    public async Task<(int Status, string Text)> ReadyAsync()
    {
        using var response = await _http.GetAsync($"http://{AdminEndPoint}/readyz");
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a signal by name, such as <c>TERM</c>.</summary>
    public Task SignalAsync(string name) => Tool.RunAsync(Requires.Tool("kill"), $"-{name}", $"{Id}");

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for its end and returns its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await Eventually.Done(_process.WaitForExitAsync(), "relayd to exit", TimeSpan.FromSeconds(45));
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private static HttpClient ClientIn(NetworkNamespace host) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = host.Make(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private static Process Start(string program, string[] arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["NO_COLOR"] = "1" },
        };
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    // "  label   value (remark)", up to the command to try, which comes last.
    private async Task ReadBannerAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("  dotnet run", StringComparison.Ordinal) || line.StartsWith("  relay ", StringComparison.Ordinal)) break;
            foreach (var label in new[] { "DERP", "STUN", "admin", "public key", "pin" })
            {
                if (line.StartsWith($"  {label} ", StringComparison.Ordinal)) _banner[label] = line[(label.Length + 2)..].Trim().Split(' ')[0];
            }
        }

        if (!_banner.ContainsKey("public key")) throw new InvalidOperationException("no banner");
        _ = _process.StandardOutput.ReadToEndAsync();
    }
}
