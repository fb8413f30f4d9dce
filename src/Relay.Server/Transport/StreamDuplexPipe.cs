using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Relay.Server.Transport;

/// <summary>A connection's stream as pipes, made only when the HTTP server asks for them. Completing them leaves the stream open.</summary>
internal sealed class StreamDuplexPipe(Stream stream, MemoryPool<byte> pool, ConnectionContext connection) : IDuplexPipe
{
    private PipeReader? _input;
    private PipeWriter? _output;

    // A zero-byte read waits for data without a buffer, so a silent connection holds none.
    public PipeReader Input =>
        _input ??= PipeReader.Create(stream, new StreamPipeReaderOptions(pool, leaveOpen: true, useZeroByteReads: true));

    public PipeWriter Output =>
        _output ??= new ConnectionPipeWriter(PipeWriter.Create(stream, new StreamPipeWriterOptions(pool, leaveOpen: true)), connection.Abort);
}
