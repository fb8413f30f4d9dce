using System.Diagnostics;
using Relay.Testing;

namespace Relay.Deploy.Tests.Images;

/// <summary>A file system to run in, and how.</summary>
internal sealed record Image(string Root, IReadOnlyDictionary<string, string> Environment, string[] EntryPoint, string[] HealthCheck)
{
    // Mounts what an engine mounts, then becomes the program.
    private const string Start =
        """
        set -e
        root=$1 user=$2; shift 2
        ip link set lo up
        sysctl -qw net.ipv4.ip_unprivileged_port_start=0
        mount -t proc proc "$root/proc"
        for node in null zero random urandom; do touch "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"; done
        exec chroot --userspec="$user:$user" "$root" "$@"
        """;

    /// <summary>Starts it as an engine would: namespaces of its own, another user, the image's files and nothing else.</summary>
    internal Process Run(params string[] arguments) =>
        Launch(["unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc",
            "sh", "-c", Start, "sh", Root, $"{BaseImage.AppUser}", .. EntryPoint, .. arguments]);

    /// <summary>Runs a command of this image in the network of a container that runs.</summary>
    internal async Task<(int Code, string Output)> ExecuteAsync(Process container, string[] command)
    {
        var child = await ChildAsync(container);
        using var process = Launch(["nsenter", "--net", "--mount", "--pid", "--target", child,
            "sh", "-c", Start, "sh", Root, $"{BaseImage.AppUser}", .. command]);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Eventually.Done(process.WaitForExitAsync(), $"{string.Join(' ', command)} to end", TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output + await errors);
    }

    internal static async Task<string> ChildAsync(Process container) =>
        (await File.ReadAllTextAsync($"/proc/{container.Id}/task/{container.Id}/children")).Trim();

    private Process Launch(string[] command)
    {
        var start = new ProcessStartInfo("env", ["-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/home/app",
            .. Environment.Select(e => $"{e.Key}={e.Value}"), .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
