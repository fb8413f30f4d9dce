using System.ComponentModel;

namespace Relay.Agent.Up.Network;

/// <summary>The best watch that this system has.</summary>
internal static class NetworkWatches
{
    internal static INetworkWatch Open(TimeProvider time)
    {
        if (!OperatingSystem.IsLinux()) return new PortableWatch(time);
        try
        {
            return NetlinkWatch.Open();
        }
        catch (Win32Exception)
        {
            // Some sandboxes have none.
            return new PortableWatch(time);
        }
    }
}
