using System.Runtime.InteropServices;

namespace Relay.Server.Transport.Epoll;

/// <summary>An array of struct epoll_event: what happened, and whose it is. Packed on x86-64 and only there (epoll_ctl(2)).</summary>
internal readonly struct EpollEvents(int count)
{
    private static readonly bool Packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int Size = Packed ? 12 : 16;
    private static readonly int DataAt = Packed ? 4 : 8;

    private readonly byte[] _bytes = new byte[count * Size];

    public int Count { get; } = count;

    public ref byte First => ref _bytes[0];

    public (uint Events, ulong Data) this[int index]
    {
        get
        {
            var at = _bytes.AsSpan(index * Size, Size);
            return (MemoryMarshal.Read<uint>(at), MemoryMarshal.Read<ulong>(at[DataAt..]));
        }

        set
        {
            var at = _bytes.AsSpan(index * Size, Size);
            MemoryMarshal.Write(at, value.Events);
            MemoryMarshal.Write(at[DataAt..], value.Data);
        }
    }
}
