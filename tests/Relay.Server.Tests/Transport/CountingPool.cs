using System.Buffers;

namespace Relay.Server.Tests.Transport;

/// <summary>Knows how many of its buffers are out.</summary>
internal sealed class CountingPool : MemoryPool<byte>
{
    private int _out;
    private int _rented;

    public int Out => Volatile.Read(ref _out);

    public int Rented => Volatile.Read(ref _rented);

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        Interlocked.Increment(ref _out);
        Interlocked.Increment(ref _rented);
        return new Lease(this, Shared.Rent(minBufferSize));
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Lease(CountingPool pool, IMemoryOwner<byte> inner) : IMemoryOwner<byte>
    {
        private int _returned;

        public Memory<byte> Memory => inner.Memory;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) != 0) return;
            Interlocked.Decrement(ref pool._out);
            inner.Dispose();
        }
    }
}
