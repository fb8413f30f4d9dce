using System.Buffers;
using System.IO.Pipelines;

namespace Relay.Server.Transport;

/// <summary>Pipes over a stream, made only when the HTTP server asks for them. Completing them leaves the stream open.</summary>
internal sealed class StreamDuplexPipe(Stream stream, MemoryPool<byte> pool) : IDuplexPipe
{
    private PipeReader? _input;
    private PipeWriter? _output;

    // A zero-byte read waits for data without a buffer, so a silent connection holds none.
    public PipeReader Input =>
        _input ??= PipeReader.Create(stream, new StreamPipeReaderOptions(pool, leaveOpen: true, useZeroByteReads: true));

    public PipeWriter Output => _output ??= PipeWriter.Create(stream, new StreamPipeWriterOptions(pool, leaveOpen: true));
}
