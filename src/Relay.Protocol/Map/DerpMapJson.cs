using System.Text.Json.Serialization;

namespace Relay.Protocol.Map;

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(DerpMap))]
internal sealed partial class DerpMapJson : JsonSerializerContext;
