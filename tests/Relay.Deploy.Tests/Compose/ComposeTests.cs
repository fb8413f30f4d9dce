using Relay.Deploy.Tests.Files;
using YamlDotNet.RepresentationModel;

namespace Relay.Deploy.Tests.Compose;

/// <summary>The parts of <c>deploy/compose</c> fit together, for one relay and for three.</summary>
public sealed class ComposeTests
{
    // What the operator makes.
    private static readonly string[] Made = ["../compose/certs"];

    public static TheoryData<string> Variants => ["one", "ipv6", "mesh", "redis"];

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task MountedFiles_Exist(string variant)
    {
        using var project = await ReadAsync(variant);
        foreach (var service in project.Relays.Append("prometheus").Append("grafana"))
        {
            var paths = project.Mounts(service).Values.Where(source => source.Contains(Path.DirectorySeparatorChar)).Except(Made);
            Assert.All(paths, path => Assert.True(Path.Exists(DeployFiles.At("compose", path)), $"{service} mounts {path}"));
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Prometheus_ScrapesEveryRelay(string variant)
    {
        using var project = await ReadAsync(variant);
        var mounts = project.Mounts("prometheus");
        var list = mounts.GetValueOrDefault("/etc/prometheus/relays.yml") ?? Path.Combine(mounts["/etc/prometheus"], "relays.yml");
        var targets = ((YamlSequenceNode)DeployFiles.Yaml(DeployFiles.At("compose", list))[0][0]["targets"]).Select(t => t.Text());
        Assert.Equal(variant is "one" or "ipv6" ? 1 : 3, project.Relays.Count());
        Assert.Equal(project.Relays.Select(relay => $"{relay}:{project.Environment(relay)["RELAYD_ADMIN_LISTEN"].Split(':')[1]}"), targets.Order());
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Relays_PublishWhatTheyListenOn_AndShareNothingButWhatIsTheRegions(string variant)
    {
        using var project = await ReadAsync(variant);
        var all = project.Relays.SelectMany(project.Ports).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        foreach (var relay in project.Relays)
        {
            var environment = project.Environment(relay);
            string Port(string variable, string usual) => environment.GetValueOrDefault(variable, usual).Split(':')[^1];
            string[] listens = [$"{Port("RELAYD_LISTEN", "443")}/tcp", $"{Port("RELAYD_HTTP_LISTEN", "80")}/tcp", $"{Port("RELAYD_STUN_LISTEN", "3478")}/udp"];

            // STUN tells clients their port, and the DERP map the relay's own: they must be the same outside.
            Assert.Equal(listens.Where(l => l != "off/tcp").Order(), project.Ports(relay));
            Assert.True(project.PublishesItsOwn(relay), relay);
        }

        Assert.Equal(project.Relays.Count(), project.Relays.Select(relay => project.Mounts(relay)["/var/lib/relayd"]).Distinct().Count());
        Assert.Equal(project.Relays.Count(), project.Relays.Select(relay => project.Environment(relay)["RELAYD_NODE"]).Distinct().Count());
    }

    internal static Task<ComposeProject> ReadAsync(string variant) => ComposeProject.ReadAsync(variant switch
    {
        "one" => EnvExamples.One,
        "ipv6" => EnvExamples.IPv6,
        "mesh" => EnvExamples.Mesh,
        _ => EnvExamples.Redis,
    });
}
