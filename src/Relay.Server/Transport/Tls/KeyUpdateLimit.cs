using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Relay.Server.Transport.Tls;

/// <summary>
/// Ends a client that changes its keys on and on. TLS 1.3 lets it do so at any time (KeyUpdate), in 27 bytes that cost as much to
/// hear as many packets: one client on a slow line could keep a core busy, and nobody above TLS would hear of it. OpenSSL has no
/// limit for that, and SslStream reads on.
/// </summary>
/// <remarks>
/// OpenSSL tells of each step of a handshake, and of nothing else: records with data cost nothing. A handshake has some
/// twenty steps, a KeyUpdate one or two, and clients change keys after millions of records.
/// </remarks>
internal static unsafe class KeyUpdateLimit
{
    /// <summary>Steps that a client may take within a second.</summary>
    internal const int StepsASecond = 256;

    private const int ServerStep = 0x2001; // SSL_CB_ACCEPT_LOOP
    private const int ReceivedShutdown = 2; // SSL_RECEIVED_SHUTDOWN

    private static readonly Lazy<bool> Applied = new(Register);

    // Application data of each connection: the second, and the steps in it.
    private static int _slot;

    /// <summary>Once for the process, before its first connection; further calls do nothing. False where it cannot be had.</summary>
    public static bool Apply() => Applied.Value;

    private static bool Register()
    {
        _slot = OpenSsl.Register(OpenSsl.ClassConnection, null);
        return _slot >= 0 && OpenSsl.Register(OpenSsl.ClassContext, &OnNewContext) >= 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNewContext(nint context, nint pointer, nint data, int slot, long argumentNumber, nint argument)
    {
        if (context != 0) OpenSsl.TellSteps(context, &OnStep);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnStep(nint connection, int where, int result)
    {
        if (where != ServerStep) return;
        var second = (int)(Stopwatch.GetTimestamp() / Stopwatch.Frequency) << 16;
        var counted = (int)OpenSsl.GetData(connection, _slot);
        counted = (counted & ~0xffff) == second ? counted + 1 : second + 1;
        _ = OpenSsl.SetData(connection, _slot, counted);

        // As if the client had closed: whatever else it sends is not looked at, and the next read fails.
        if ((counted & 0xffff) > StepsASecond) OpenSsl.SetShutdown(connection, ReceivedShutdown);
    }
}
