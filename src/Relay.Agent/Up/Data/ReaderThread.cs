using Relay.Udp;

namespace Relay.Agent.Up.Data;

/// <summary>A thread that waits for one socket's datagrams, with a writer for what it makes of them. Owns the socket from then on.</summary>
internal sealed class ReaderThread : IDisposable
{
    private const int StackSize = 256 * 1024;

    private readonly UdpSocket _socket;
    private readonly Thread _thread;

    private ReaderThread(UdpSocket socket, Thread thread) => (_socket, _thread) = (socket, thread);

    internal static ReaderThread Start(UdpIo io, UdpSocket socket, string name, SendFailed failed, Action<IDatagramReader, IDatagramWriter> receive)
    {
        var (reader, writer) = (io.CreateReader(socket), io.CreateWriter(failed));
        var thread = new Thread(
            () =>
            {
                while (reader.Receive()) receive(reader, writer);
            },
            StackSize)
        { IsBackground = true, Name = name };
        thread.Start();
        return new ReaderThread(socket, thread);
    }

    public void Dispose()
    {
        _socket.Stop();
        _thread.Join();
        _socket.Dispose();
    }
}
