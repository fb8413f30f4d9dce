using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Relay.LoadTest.Links;

/// <summary>A TCP connection without TLS.</summary>
internal sealed class PlainLink(Socket socket) : Link(socket)
{
    internal override int Read(Span<byte> buffer) =>
        Outcome((int)Libc.Receive(Descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length, 0));

    internal override bool HasMore(bool filled) => filled;

    internal override int Write(ReadOnlySpan<byte> bytes) =>
        Outcome((int)Libc.Send(Descriptor, in MemoryMarshal.GetReference(bytes), bytes.Length, Libc.NoSignal));

    private static int Outcome(int result)
    {
        if (result >= 0) return result;
        var error = Marshal.GetLastPInvokeError();
        return error is Libc.WouldBlock or Libc.Interrupted ? NotNow : throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }
}
