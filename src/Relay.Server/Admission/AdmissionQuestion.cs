using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Relay.Protocol.Keys;

namespace Relay.Server.Admission;

/// <summary>
/// Whether this key may connect from this address: derper's and Headscale's verify request,
/// <c>{"NodePublic":"nodekey:...","Source":"192.0.2.1"}</c>.
/// </summary>
/// <param name="Client">The key.</param>
/// <param name="Source">The client's address; null when unknown.</param>
internal readonly record struct AdmissionQuestion(NodeKey Client, IPAddress? Source)
{
    /// <summary>The request's body.</summary>
    public HttpContent ToContent()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
        {
            ["NodePublic"] = Client.ToText(),
            ["Source"] = Source?.ToString() ?? "",
        });
        return new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }
}
