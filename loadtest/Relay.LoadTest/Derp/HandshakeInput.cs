using System.Text;
using Relay.LoadTest.Links;
using Relay.Protocol.Frames;

namespace Relay.LoadTest.Derp;

/// <summary>Reads the relay's side of a handshake from a link that blocks.</summary>
internal sealed class HandshakeInput(Link link, bool webSocket)
{
    // Head, greeting and ServerInfo of any relay fit several times.
    private readonly byte[] _bytes = new byte[8192];
    private int _start;
    private int _end;
    private bool _inMessages;

    /// <summary>What was read beyond the handshake.</summary>
    internal ReadOnlySpan<byte> Rest => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Reads the answer to the HTTP request, which must be 101.</summary>
    internal void ReadHead()
    {
        int length;
        while ((length = Rest.IndexOf("\r\n\r\n"u8)) < 0) Fill();
        var status = Encoding.ASCII.GetString(Rest[..Rest.IndexOf("\r\n"u8)]);
        if (!status.Contains(" 101 ", StringComparison.Ordinal)) throw new IOException($"the relay answered \"{status}\"; 101 was expected");
        _start += length + 4;
        _inMessages = webSocket;
    }

    /// <summary>Reads one frame, which must be of this type, and returns its payload; valid until the next call.</summary>
    internal ReadOnlySpan<byte> ReadFrame(FrameType expected)
    {
        if (_inMessages) SkipMessageHead();
        FrameHeader header;
        while (!FrameHeader.TryRead(Rest, out header)) Fill();
        if (header.Type != expected || header.Length > _bytes.Length / 2)
            throw new IOException($"the relay sent {header.Type} with {header.Length} bytes; {expected} was expected");
        var length = FrameHeader.Size + (int)header.Length;
        while (Rest.Length < length) Fill();
        var payload = Rest[FrameHeader.Size..length];
        _start += length;
        return payload;
    }

    // Relays send each of the two frames of a handshake as a message of its own.
    private void SkipMessageHead()
    {
        int size;
        while ((size = WebSocketFraming.HeadSize(Rest)) == 0 || Rest.Length < size) Fill();
        _start += size;
    }

    private void Fill()
    {
        if (_end == _bytes.Length) throw new IOException("the relay's handshake is too long");
        var read = link.Read(_bytes.AsSpan(_end));
        if (read == 0) throw new IOException("the relay closed the connection during the handshake; does it admit every key?");
        if (read < 0) throw new IOException("the relay did not answer within 15 s");
        _end += read;
    }
}
