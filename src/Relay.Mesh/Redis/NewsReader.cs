using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;

namespace Relay.Mesh.Redis;

/// <summary>Reads news: a relay's id, then <c>M</c>, or any number of keys with a sign before each. What is no news is ignored.</summary>
internal static class NewsReader
{
    public static int Read(ReadOnlySpan<byte> message, IClusterNews news)
    {
        if (message.Length <= RelayId.Size) return 0;
        var relay = RelayId.Read(message);
        var rest = message[RelayId.Size..];
        if (rest is [(byte)'M'])
        {
            news.MembersChanged();
            return 0;
        }

        var keys = 0;
        for (; rest.Length > NodeKey.Size && rest[0] is (byte)'+' or (byte)'-'; rest = rest[(NodeKey.Size + 1)..], keys++)
        {
            var key = new NodeKey(rest.Slice(1, NodeKey.Size));
            if (rest[0] == (byte)'+') news.Claimed(key, relay);
            else news.Unclaimed(key, relay);
        }

        return keys;
    }
}
