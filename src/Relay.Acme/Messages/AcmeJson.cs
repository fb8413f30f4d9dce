using System.Text.Json;
using System.Text.Json.Serialization;
using Relay.Acme.Signing;

namespace Relay.Acme.Messages;

/// <summary>The protocol's JSON: members in camel case, null left out, unknown members ignored.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DirectoryMessage))]
[JsonSerializable(typeof(NewAccountMessage))]
[JsonSerializable(typeof(NewOrderMessage))]
[JsonSerializable(typeof(OrderMessage))]
[JsonSerializable(typeof(AuthorizationMessage))]
[JsonSerializable(typeof(ChallengeMessage))]
[JsonSerializable(typeof(FinalizeMessage))]
[JsonSerializable(typeof(RenewalInfoMessage))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(EmptyMessage))]
[JsonSerializable(typeof(Jws))]
[JsonSerializable(typeof(JwsHeader))]
[JsonSerializable(typeof(Jwk))]
internal sealed partial class AcmeJson : JsonSerializerContext;
