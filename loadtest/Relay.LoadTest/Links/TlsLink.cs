using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Relay.LoadTest.Links;

/// <summary>A TCP connection with OpenSSL on it.</summary>
internal sealed class TlsLink : Link
{
    private nint _ssl;

    private TlsLink(Socket socket, TlsContext context)
        : base(socket)
    {
        _ssl = OpenSsl.New(context.Handle);
        if (_ssl == 0 || OpenSsl.SetDescriptor(_ssl, Descriptor) != 1) throw new IOException($"OpenSSL: {OpenSsl.LastReason()}");
    }

    internal override string Cipher =>
        $"{Marshal.PtrToStringUTF8(OpenSsl.GetVersion(_ssl))} {Marshal.PtrToStringUTF8(OpenSsl.GetName(OpenSsl.GetCipher(_ssl)))}";

    /// <summary>Makes the handshake as the side that connected.</summary>
    internal static TlsLink AsClient(Socket socket, TlsContext context, string? name)
    {
        var link = new TlsLink(socket, context);
        if (name is not null) OpenSsl.Control(link._ssl, OpenSsl.ControlHostName, 0, name);
        return link.Handshaken(OpenSsl.Connect(link._ssl));
    }

    /// <summary>Makes the handshake as the side that accepted.</summary>
    internal static TlsLink AsServer(Socket socket, TlsContext context)
    {
        var link = new TlsLink(socket, context);
        return link.Handshaken(OpenSsl.Accept(link._ssl));
    }

    internal override int Read(Span<byte> buffer)
    {
        var read = OpenSsl.Read(_ssl, ref MemoryMarshal.GetReference(buffer), buffer.Length);
        return read > 0 ? read : Outcome(read);
    }

    // Records that were read ahead; the kernel has forgotten them.
    internal override bool HasMore(bool filled) => OpenSsl.HasPending(_ssl) == 1;

    internal override int Write(ReadOnlySpan<byte> bytes)
    {
        var taken = OpenSsl.Write(_ssl, in MemoryMarshal.GetReference(bytes), bytes.Length);
        return taken > 0 ? taken : Outcome(taken);
    }

    // Without the goodbye of TLS: nobody here reads it.
    public override void Dispose()
    {
        var ssl = Interlocked.Exchange(ref _ssl, 0);
        if (ssl != 0) OpenSsl.Free(ssl);
        base.Dispose();
    }

    private TlsLink Handshaken(int result)
    {
        if (result == 1) return this;
        var reason = OpenSsl.LastReason();
        Dispose();
        throw new IOException($"the TLS handshake failed: {reason}");
    }

    private int Outcome(int result)
    {
        var error = OpenSsl.GetError(_ssl, result);
        if (error is OpenSsl.WantRead or OpenSsl.WantWrite) return NotNow;
        var reason = OpenSsl.LastReason();
        // Other links of this thread must not find it.
        OpenSsl.ClearErrors();
        return error == OpenSsl.ZeroReturn ? 0 : throw new IOException(reason);
    }
}
