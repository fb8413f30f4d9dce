using Relay.Client;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

internal static class RelaydClients
{
    extension(RelaydProcess relayd)
    {
        /// <summary>For clients, with the pin where there is one.</summary>
        public RelayEndpoint Endpoint => RelayEndpoint.FromUrl(relayd.Url, relayd.Pin);
    }
}
