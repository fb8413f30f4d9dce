using System.Text;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Tests;

/// <summary>The keys of spec/derp.md 18, which most tests here use.</summary>
internal static class Known
{
    internal const string RelayPrivateHex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e5f";
    internal const string RelayHex = "8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f";
    internal const string ClientPrivateHex = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e7f";
    internal const string ClientHex = "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254";

    internal static readonly NodeKey Relay = Key(RelayHex);
    internal static readonly NodeKey Client = Key(ClientHex);

    internal static byte[] Hello => "hello"u8.ToArray();

    internal static NodePrivateKey RelayPrivate() => NodePrivateKey.FromBytes(Convert.FromHexString(RelayPrivateHex));

    internal static NodePrivateKey ClientPrivate() => NodePrivateKey.FromBytes(Convert.FromHexString(ClientPrivateHex));

    internal static NodeKey Key(string hex) => new(Convert.FromHexString(hex));

    /// <summary>Hex with spaces for the eye.</summary>
    internal static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    internal static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
