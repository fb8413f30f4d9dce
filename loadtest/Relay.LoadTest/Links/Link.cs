using System.Net;
using System.Net.Sockets;

namespace Relay.LoadTest.Links;

/// <summary>
/// One connection as bytes, plain or TLS. It blocks until <see cref="StopBlocking"/>: handshakes are made in order, traffic
/// is not. Faults of the connection are <see cref="IOException"/>s.
/// </summary>
internal abstract class Link : IDisposable
{
    /// <summary>Instead of a number of bytes: nothing can be read, or written, now.</summary>
    internal const int NotNow = -1;

    // Longest wait for an answer while the link blocks.
    private const int PatienceMilliseconds = 15_000;

    // Where nobody answers at all the system would ask for two minutes; so it gives up within 20 s (tcp(7)).
    private const int TcpLevel = 6;
    private const int TcpSynCount = 7;
    private const int SynRetries = 3;

    private readonly Socket _socket;

    private protected Link(Socket socket)
    {
        _socket = socket;
        Descriptor = (int)socket.Handle;
        socket.NoDelay = true;
        socket.ReceiveTimeout = socket.SendTimeout = PatienceMilliseconds;
    }

    internal int Descriptor { get; }

    /// <summary>The cipher in use; "none" without TLS.</summary>
    internal virtual string Cipher => "none";

    /// <summary>Opens a TCP connection, and TLS on it unless <paramref name="tls"/> is null.</summary>
    /// <param name="address">Where.</param>
    /// <param name="tls">How TLS is spoken, or null.</param>
    /// <param name="name">The name asked for in TLS (SNI); null for none.</param>
    internal static Link Connect(IPEndPoint address, TlsContext? tls, string? name)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetRawSocketOption(TcpLevel, TcpSynCount, BitConverter.GetBytes(SynRetries));
            socket.Connect(address);
            return tls is null ? new PlainLink(socket) : TlsLink.AsClient(socket, tls, name);
        }
        catch (Exception e)
        {
            socket.Dispose();
            // Its own message has the address as well.
            if (e is SocketException socketError) throw new IOException($"{address}: {new SocketException(socketError.ErrorCode).Message}", e);
            if (e is IOException) throw new IOException($"{address}: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Bytes read, 0 at the end, or <see cref="NotNow"/>.</summary>
    internal abstract int Read(Span<byte> buffer);

    /// <summary>Whether another read may bring something that the kernel will not tell of, after one that filled its buffer or did not.</summary>
    internal abstract bool HasMore(bool filled);

    /// <summary>Bytes taken, or <see cref="NotNow"/>.</summary>
    internal abstract int Write(ReadOnlySpan<byte> bytes);

    /// <summary>Writes all of it; for links that block.</summary>
    internal void WriteAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var taken = Write(bytes);
            if (taken <= 0) throw new IOException("the other side takes nothing");
            bytes = bytes[taken..];
        }
    }

    internal void StopBlocking() => _socket.Blocking = false;

    public virtual void Dispose() => _socket.Dispose();
}
