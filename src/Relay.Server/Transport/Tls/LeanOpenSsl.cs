using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Relay.Server.Transport.Tls;

/// <summary>
/// Makes OpenSSL hold less for a connection than .NET asks it to: record buffers are given back while they are empty
/// (SSL_MODE_RELEASE_BUFFERS), and one session ticket is sent instead of two. An idle client costs 24 instead of 36 KB.
/// </summary>
/// <remarks>
/// <para>
/// By OpenSSL's public interface alone: whoever registers application data is called for each new object
/// (CRYPTO_get_ex_new_index(3)). Where there is no such OpenSSL, nothing is done.
/// </para>
/// <para>
/// The mode is set on the context, which hands it on to its connections: a connection has no record layer yet when it is
/// announced, and OpenSSL 3.2 and later, which tell that of the mode, would call it through a null pointer. Those also set the
/// number of tickets again after the announcement, so that two are sent with them.
/// </para>
/// </remarks>
internal static unsafe partial class LeanOpenSsl
{
    private const int ClassConnection = 0; // CRYPTO_EX_INDEX_SSL
    private const int ClassContext = 1; // CRYPTO_EX_INDEX_SSL_CTX
    private const int ControlMode = 33; // SSL_CTRL_MODE
    private const nuint Tickets = 1; // OpenSSL sends two, each of which costs a signature and memory; clients use one
    private const int ReleaseBuffers = 0x10; // SSL_MODE_RELEASE_BUFFERS

    private static readonly Lazy<bool> Applied = new(Register);

    /// <summary>Once for the process, before its first connection; further calls do nothing. False where it cannot be had.</summary>
    public static bool Apply() => Applied.Value;

    private static bool Register()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            return GetExNewIndex(ClassContext, 0, 0, &OnNewContext, null, null) >= 0
                && GetExNewIndex(ClassConnection, 0, 0, &OnNewConnection, null, null) >= 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNewContext(nint context, nint pointer, nint data, int index, long argumentNumber, nint argument)
    {
        if (context != 0) ControlContext(context, ControlMode, ReleaseBuffers, 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNewConnection(nint connection, nint pointer, nint data, int index, long argumentNumber, nint argument)
    {
        // Null for the object that OpenSSL itself makes to try things out.
        if (connection != 0) _ = SetTickets(connection, Tickets);
    }

    [LibraryImport("libcrypto.so.3", EntryPoint = "CRYPTO_get_ex_new_index")]
    private static partial int GetExNewIndex(
        int kind, long argumentNumber, nint argument,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int, long, nint, void> onNew, void* onCopy, void* onFree);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_ctrl")]
    private static partial long ControlContext(nint context, int command, long value, nint pointer);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_set_num_tickets")]
    private static partial int SetTickets(nint connection, nuint count);
}
