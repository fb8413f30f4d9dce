using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Startup;
using Relay.Mesh.Cluster;
using Relay.Mesh.Dialing;
using Relay.Protocol.Keys;
using Relay.Server.Mesh;

namespace Relay.Host.Region;

/// <summary>Puts a relay into its region, if it has one.</summary>
internal static class RegionRegistration
{
    /// <exception cref="StartupException">There is a list of relays, but no key that they would know this one by.</exception>
    internal static IServiceCollection AddRegion(this IServiceCollection services, RelaydOptions options, Identity identity, TimeProvider time)
    {
        if (MeshKey(options, identity.MeshKey) is not { } meshKey) return services;
        if (options.Cluster is not null) services.AddSingleton<ClusterPresence>().AddSingleton<IPresence>(provider => provider.GetRequiredService<ClusterPresence>());
        return services
            .AddSingleton(options)
            .AddSingleton<IMeshDialer>(new MeshDialer(identity.Key, meshKey, time))
            .AddSingleton(new MeshOptions { Watch = options.Cluster is null })
            .AddSingleton<RelayMesh>()
            .AddSingleton<RegionLinks>();
    }

    /// <summary>The key that the other relays know this one by; null for a relay without a region.</summary>
    /// <exception cref="StartupException">There is a list of relays, but no key.</exception>
    internal static MeshKey? MeshKey(RelaydOptions options, MeshKey? found)
    {
        var asked = options.Cluster is not null ? Settings.Cluster.Flag : !options.MeshWith.IsEmpty ? Settings.MeshWith.Flag : null;
        if (asked is null) return null;
        return found ?? throw StartupException.Config(
            $"{Settings.MeshKeyFile.Flag} {options.MeshKeyFile}: is empty, but {asked} needs a mesh key; put 64 hex digits in it");
    }
}
