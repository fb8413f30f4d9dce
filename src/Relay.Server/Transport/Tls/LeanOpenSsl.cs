using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Relay.Server.Transport.Tls;

/// <summary>
/// Makes OpenSSL hold less for a connection than .NET asks it to: record buffers are given back while they are empty
/// (SSL_MODE_RELEASE_BUFFERS), and one session ticket is sent instead of two. An idle client costs 24 instead of 36 KB.
/// </summary>
/// <remarks>
/// The mode is set on the context, which hands it on to its connections: a connection has no record layer yet when it is
/// announced, and OpenSSL 3.2 and later, which tell that of the mode, would call it through a null pointer. Those also set the
/// number of tickets again after the announcement, so that two are sent with them.
/// </remarks>
internal static unsafe class LeanOpenSsl
{
    private const int ControlMode = 33; // SSL_CTRL_MODE
    private const nuint Tickets = 1; // OpenSSL sends two, each of which costs a signature and memory; clients use one
    private const int ReleaseBuffers = 0x10; // SSL_MODE_RELEASE_BUFFERS

    private static readonly Lazy<bool> Applied = new(Register);

    /// <summary>Once for the process, before its first connection; further calls do nothing. False where it cannot be had.</summary>
    public static bool Apply() => Applied.Value;

    private static bool Register() =>
        OpenSsl.Register(OpenSsl.ClassContext, &OnNewContext) >= 0 && OpenSsl.Register(OpenSsl.ClassConnection, &OnNewConnection) >= 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNewContext(nint context, nint pointer, nint data, int slot, long argumentNumber, nint argument)
    {
        if (context != 0) OpenSsl.ControlContext(context, ControlMode, ReleaseBuffers, 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNewConnection(nint connection, nint pointer, nint data, int slot, long argumentNumber, nint argument)
    {
        // Null for the object that OpenSSL itself makes to try things out.
        if (connection != 0) _ = OpenSsl.SetTickets(connection, Tickets);
    }
}
