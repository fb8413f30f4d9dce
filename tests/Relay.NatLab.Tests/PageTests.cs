using System.Text.RegularExpressions;
using Relay.NatLab.Tests.Lab;
using Relay.Testing;

namespace Relay.NatLab.Tests;

/// <summary>The commands of the page for WireGuard users, as they stand there: whoever follows it must not stumble.</summary>
[Collection("lab")]
public sealed partial class PageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task WireGuardPage_FollowedToTheLetter_ConnectsTwoMachines()
    {
        foreach (var tool in new[] { "wireguard-go", "wg", "wg-quick", "ping", "unshare", "nsenter" }) Requires.Tool(tool);
        var blocks = Blocks("docs/wireguard.md", "From nothing to two connected machines");
        var (serve, join, look, file) = (Block(blocks, "relayd "), Block(blocks, "relay map"), Block(blocks, "relay status"), Block(blocks, "[Interface]"));

        await using var internet = await Relay.Testing.Namespaces.TestInternet.CreateAsync();
        await using var relay = await LabMachine.StartAsync(await internet.AddHostAsync("relay", "192.0.2.10/24"));
        await using var a = await LabMachine.StartAsync(await internet.AddHostAsync("a", "192.0.2.11/24"));
        await using var b = await LabMachine.StartAsync(await internet.AddHostAsync("b", "192.0.2.12/24"));
        relay.Start(serve, "relayd.log");
        await SaysAsync(relay, "relayd.log", "is up as");

        foreach (var machine in new[] { a, b }) await machine.RunAsync("umask 077; wg genkey | tee wg.key | wg pubkey > wg.pub");
        await WriteAsync(a, file, b);
        await WriteAsync(b, file.Replace("10.0.0.1", "10.0.0.x", StringComparison.Ordinal).Replace("10.0.0.2", "10.0.0.1", StringComparison.Ordinal).Replace("10.0.0.x", "10.0.0.2", StringComparison.Ordinal), a);
        foreach (var machine in new[] { a, b }) machine.Start(join, "up.log");
        foreach (var machine in new[] { a, b })
        {
            await SaysAsync(machine, "up.log", "WireGuard listens on port 51820; 1 peer");
            await SaysAsync(machine, "up.log", "relay 192.0.2.10: connected");
        }

        await a.RunAsync("ping -c 5 -i 0.2 -W 10 10.0.0.2");
        await Eventually.True(async () => (await a.RunAsync(look)).Contains(" direct  192.0.2.12:", StringComparison.Ordinal), "a direct path in relay status", Patience);

        // The page says: compare it with the one that relayd printed.
        var pin = Pin().Match(await relay.RunAsync("cat relayd.log")).Value;
        Assert.Contains(pin, await a.RunAsync("cat up.log"), StringComparison.Ordinal);
    }

    [Fact]
    public void Readme_HasTheCommandsOfThePage()
    {
        var page = Blocks("docs/wireguard.md", "From nothing to two connected machines");
        var readme = Block(Blocks("README.md", "Two machines with WireGuard"), "relayd ").Split('\n').Select(line => line.Split(" #")[0].Trim());
        Assert.Equal(string.Join('\n', Block(page, "relayd "), Block(page, "relay map"), Block(page, "relay status")).Split('\n'), readme);
    }

    private static async Task WriteAsync(LabMachine machine, string file, LabMachine peer)
    {
        var text = file
            .Replace("(this machine's)", (await machine.RunAsync("cat wg.key")).Trim(), StringComparison.Ordinal)
            .Replace("(the other machine's)", (await peer.RunAsync("cat wg.pub")).Trim(), StringComparison.Ordinal);
        await machine.RunAsync($"umask 077; cat > /etc/wireguard/wg0.conf <<'END'\n{text}\nEND");
    }

    private static Task SaysAsync(LabMachine machine, string log, string text) => Eventually.True(
        async () =>
        {
            var said = await machine.RunAsync($"cat {log} || true");
            return said.Contains(text, StringComparison.Ordinal);
        },
        $"{log} to say \"{text}\"",
        Patience);

    private static List<string> Blocks(string page, string heading)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root.FullName, page));
        var section = text[text.IndexOf($"## {heading}\n", StringComparison.Ordinal)..];
        var end = section.IndexOf("\n## ", StringComparison.Ordinal);
        return [.. Fence().Matches(end < 0 ? section : section[..end]).Select(m => m.Groups[1].Value.Trim())];
    }

    private static string Block(List<string> blocks, string start) => blocks.Single(b => b.StartsWith(start, StringComparison.Ordinal));

    [GeneratedRegex("^```\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("sha256-raw:[0-9a-f]{64}")]
    private static partial Regex Pin();
}
