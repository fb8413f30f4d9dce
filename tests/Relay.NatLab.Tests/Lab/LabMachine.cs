using System.Diagnostics;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests.Lab;

/// <summary>
/// A machine as a user has it: a network of its own, and folders of its own where programs keep their files, so that
/// commands can be run as they stand in a document. All of it, daemons too, is gone at the end.
/// </summary>
internal sealed class LabMachine : IAsyncDisposable
{
    private const string Home = "/run/home";

    private static readonly string[] Own = ["/run", "/var/lib", "/etc/wireguard"];

    private readonly NetworkNamespace _host;
    private readonly Process _init;
    private readonly string _path;

    private LabMachine(NetworkNamespace host, Process init, string path) => (_host, _init, _path) = (host, init, path);

    internal static async Task<LabMachine> StartAsync(NetworkNamespace host)
    {
        string[] programs = [await LabBinaries.RelaydAsync(), await LabBinaries.RelayAsync()];
        var path = string.Join(':', [.. programs.Select(Path.GetDirectoryName), Environment.GetEnvironmentVariable("PATH")]);
        var mounts = string.Join(" && ", Own.Select(f => $"mount -t tmpfs tmpfs {f}"));
        var init = host.Start(
            "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", $"{mounts} && mkdir {Home} && echo ready && exec sleep infinity");
        var ready = await Eventually.Done(init.StandardOutput.ReadLineAsync(), "the machine to start");
        if (ready != "ready") Assert.Fail(await init.StandardError.ReadToEndAsync());
        return new LabMachine(host, init, path);
    }

    /// <summary>Runs commands to their end, and returns what they printed; each must succeed.</summary>
    internal Task<string> RunAsync(string commands) => _host.RunAsync("nsenter", Inside(commands));

    /// <summary>Starts commands, the last of which runs until the end. What it prints is in <paramref name="log"/>, a file's name.</summary>
    internal void Start(string commands, string log)
    {
        var process = _host.Start("nsenter", Inside($"exec >{log} 2>&1\n{commands}"));
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _init.Kill();
        await _init.WaitForExitAsync();
    }

    // The first process in there is the only child of the one that made it.
    private string[] Inside(string commands)
    {
        var first = File.ReadAllText($"/proc/{_init.Id}/task/{_init.Id}/children").Trim();
        return ["--target", first, "--mount", "--net", "--pid", "env", $"PATH={_path}", $"HOME={Home}", "bash", "-ec", $"cd {Home}\n{commands}"];
    }
}
