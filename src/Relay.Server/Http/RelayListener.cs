using System.Net;
using Relay.Server.Transport;
using Relay.Server.Transport.Tls;

namespace Relay.Server.Http;

/// <summary>One address to listen on.</summary>
/// <param name="EndPoint">Where. <c>[::]</c> takes IPv4 as well; port 0 lets the system choose.</param>
/// <param name="Role">What for.</param>
/// <param name="Tls">How TLS is spoken there; null for none.</param>
public sealed record RelayListener(IPEndPoint EndPoint, ListenerRole Role, TlsOptions? Tls = null);
