using System.Diagnostics;

namespace Relay.Testing.Namespaces;

/// <summary>
/// A network of a test's own: interfaces, routes and firewall rules that nobody outside sees. Gone at the end, with all that
/// was started in it. Needs Linux, root, and iproute2.
/// </summary>
public sealed class NetworkNamespace : IAsyncDisposable
{
    private static int _last;

    private readonly string _ip;
    private readonly List<Process> _processes = [];

    private NetworkNamespace(string name, string ip) => (Name, _ip) = (name, ip);

    /// <summary>As <c>ip netns</c> calls it; unique on this machine.</summary>
    public string Name { get; }

    /// <summary>Makes one with nothing but its loopback interface.</summary>
    /// <param name="role">What it stands for, to tell them apart in <c>ip netns</c>.</param>
    public static async Task<NetworkNamespace> CreateAsync(string role)
    {
        Requires.Linux();
        Requires.Root();
        var made = new NetworkNamespace($"relay-{Environment.ProcessId}-{Interlocked.Increment(ref _last)}-{role}", Requires.Tool("ip"));
        var (exit, output) = await Tool.RunAsync(made._ip, "netns", "add", made.Name);
        if (exit != 0) throw Missing.Because($"needs network namespaces ({output.Trim()})");
        await made.RunAsync("ip", "link", "set", "lo", "up");
        return made;
    }

    /// <summary>Runs a command in it and returns what it printed; anything but success fails the test.</summary>
    public Task<string> RunAsync(string tool, params string[] arguments) =>
        SucceedAsync(["netns", "exec", Name, Requires.Tool(tool), .. arguments]);

    /// <summary>Starts a command in it, to be killed at the end. Both outputs are the caller's to read, or to pass on.</summary>
    public Process Start(string tool, params string[] arguments)
    {
        // ip replaces itself by the command: the process id is the command's own.
        var process = Process.Start(new ProcessStartInfo(_ip, ["netns", "exec", Name, Requires.Tool(tool), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _processes.Add(process);
        return process;
    }

    /// <summary>Calls <paramref name="make"/> on a thread in it. A socket that is made there belongs to it, whoever uses it later.</summary>
    public T Make<T>(Func<T> make) => NamespaceThread.Run(Name, make);

    /// <summary>A cable between the two: <paramref name="ours"/> here, <paramref name="theirs"/> there, both up.</summary>
    public async Task ConnectAsync(string ours, NetworkNamespace other, string theirs)
    {
        ArgumentNullException.ThrowIfNull(other);
        await SucceedAsync(["link", "add", ours, "netns", Name, "type", "veth", "peer", "name", theirs, "netns", other.Name]);
        await RunAsync("ip", "link", "set", ours, "up");
        await other.RunAsync("ip", "link", "set", theirs, "up");
    }

    /// <summary>Gives an interface an address with its prefix, such as <c>192.0.2.1/24</c>.</summary>
    public Task AddAddressAsync(string device, string address) =>
        address.Contains(':', StringComparison.Ordinal)
            ? RunAsync("ip", "addr", "add", address, "dev", device, "nodad") // no second of waiting for somebody with the same
            : RunAsync("ip", "addr", "add", address, "dev", device);

    /// <summary>Sends all that is for elsewhere to <paramref name="gateway"/>.</summary>
    public Task AddDefaultRouteAsync(string gateway) => RunAsync("ip", "route", "add", "default", "via", gateway);

    /// <summary>Lets it forward between its interfaces, both families.</summary>
    public Task ForwardAsync() => RunAsync("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");

    /// <summary>Replaces all rules of its firewall and forgets the flows it knew.</summary>
    public async Task SetRulesAsync(string rules)
    {
        await AddRulesAsync("flush ruleset\n" + rules);
        await ForgetFlowsAsync();
    }

    /// <summary>Adds rules to its firewall.</summary>
    public async Task AddRulesAsync(string rules)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, rules);
            await RunAsync("nft", "-f", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Forgets the flows that its NAT knew, as a router does that restarts.</summary>
    public Task ForgetFlowsAsync() => RunAsync("conntrack", "-F");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _processes.Clear();
        await Tool.RunAsync(_ip, "netns", "delete", Name);
    }

    private async Task<string> SucceedAsync(string[] arguments)
    {
        var (exit, output) = await Tool.RunAsync(_ip, arguments);
        return exit == 0 ? output : throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {exit}, {output.Trim()}");
    }
}
