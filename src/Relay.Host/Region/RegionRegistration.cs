using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Startup;
using Relay.Mesh.Dialing;
using Relay.Server.Mesh;

namespace Relay.Host.Region;

/// <summary>Puts a relay into its region, if it has one.</summary>
internal static class RegionRegistration
{
    /// <exception cref="StartupException">There is a list of relays, but no key that they would know this one by.</exception>
    internal static IServiceCollection AddRegion(this IServiceCollection services, RelaydOptions options, Identity identity, TimeProvider time)
    {
        if (options.MeshWith.IsEmpty) return services;
        if (identity.MeshKey is not { } meshKey)
            throw StartupException.Config($"{Settings.MeshKeyFile.Flag} {options.MeshKeyFile}: is empty, but {Settings.MeshWith.Flag} needs a mesh key; put 64 hex digits in it");
        return services
            .AddSingleton<IMeshDialer>(new MeshDialer(identity.Key, meshKey, time))
            .AddSingleton(new MeshOptions())
            .AddSingleton<RelayMesh>()
            .AddSingleton<RegionLinks>();
    }
}
