using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Relay.LoadTest.Links;

/// <summary>Tells which of many links can be read from or written to (epoll, level triggered).</summary>
internal sealed class Poller : IDisposable
{
    private const int MaxEvents = 512;

    // struct epoll_event is packed on x86-64 and only there (epoll_ctl(2)).
    private static readonly bool Packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int Size = Packed ? 12 : 16;
    private static readonly int DataAt = Packed ? 4 : 8;

    private readonly byte[] _events = new byte[MaxEvents * Size];
    private readonly int _epoll = Libc.EpollCreate(Libc.CloseOnExec);

    /// <summary>From now on <see cref="Wait"/> tells of the link as <paramref name="index"/>.</summary>
    internal void Add(Link link, int index, bool reads, bool writes) => Control(Libc.Add, link, index, reads, writes);

    /// <summary>What to tell of a link that was added.</summary>
    internal void Change(Link link, int index, bool reads, bool writes) => Control(Libc.Modify, link, index, reads, writes);

    /// <summary>Tells nothing more of a link.</summary>
    internal void Remove(Link link) => Control(Libc.Delete, link, 0, reads: false, writes: false);

    /// <summary>Waits for at most so many nanoseconds, and returns how many links have something.</summary>
    internal int Wait(long nanoseconds)
    {
        var timeout = new Libc.TimeSpec { Seconds = (nint)(nanoseconds / 1_000_000_000), Nanoseconds = (nint)(nanoseconds % 1_000_000_000) };
        var count = Libc.EpollWait(_epoll, ref _events[0], MaxEvents, in timeout, 0);
        return Math.Max(count, 0);
    }

    /// <summary>What the last wait found.</summary>
    internal (int Index, bool Readable, bool Writable) this[int at]
    {
        get
        {
            var found = _events.AsSpan(at * Size, Size);
            var happened = MemoryMarshal.Read<uint>(found);
            // An error or an end shows itself to whoever reads.
            return ((int)MemoryMarshal.Read<ulong>(found[DataAt..]), (happened & ~Libc.Out) != 0, (happened & Libc.Out) != 0);
        }
    }

    public void Dispose() => _ = Libc.Close(_epoll);

    private void Control(int operation, Link link, int index, bool reads, bool writes)
    {
        var wanted = new byte[Size];
        MemoryMarshal.Write(wanted, (reads ? Libc.In : 0) | (writes ? Libc.Out : 0));
        MemoryMarshal.Write(wanted.AsSpan(DataAt), (ulong)index);
        if (Libc.EpollControl(_epoll, operation, link.Descriptor, in wanted[0]) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }
}
