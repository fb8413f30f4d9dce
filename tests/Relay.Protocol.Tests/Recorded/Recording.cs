using System.Text.Json;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Protocol.Tests.Recorded;

/// <summary>The recorded sessions of the reference implementation.</summary>
internal sealed class Recording
{
    private readonly JsonElement _root = Vectors.Load("derp-handshake.json");

    /// <summary>The eight scenarios; a name that is missing fails the test that asks for it.</summary>
    internal static IReadOnlyList<string> Scenarios { get; } =
        ["basic", "mesh", "fast-start", "fast-start-plain", "websocket", "upgrade-websocket-no-subprotocol", "duplicate-key", "keepalive"];

    internal IEnumerable<(string Name, JsonElement Key)> Keys => _root.GetProperty("keys").EnumerateObject().Select(key => (key.Name, key.Value));

    internal string MeshKey => _root.Text("meshKey");

    internal IEnumerable<string> ScenarioNames => _root.GetProperty("scenarios").EnumerateArray().Select(scenario => scenario.Text("name"));

    internal IReadOnlyList<JsonElement> Frames(string scenario) =>
        [.. Events(scenario).Where(step => step.Text("kind") == "frame")];

    internal IReadOnlyList<JsonElement> Events(string scenario) =>
        [.. _root.GetProperty("scenarios").EnumerateArray().Single(one => one.Text("name") == scenario).GetProperty("events").EnumerateArray()];

    internal NodePrivateKey PrivateKey(string name) => NodePrivateKey.FromBytes(_root.GetProperty("keys").GetProperty(name).Hex("private"));

    internal NodeKey PublicKey(string name) => new(_root.GetProperty("keys").GetProperty(name).Hex("public"));
}
