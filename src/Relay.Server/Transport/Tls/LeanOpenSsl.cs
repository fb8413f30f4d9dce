using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Relay.Server.Transport.Tls;

/// <summary>
/// Makes OpenSSL hold less for a connection than .NET asks it to: record buffers are given back while they are empty
/// (SSL_MODE_RELEASE_BUFFERS), and one session ticket is sent instead of two. An idle client costs 24 instead of 36 KB.
/// </summary>
/// <remarks>
/// By OpenSSL's public interface alone: whoever registers application data for SSL objects is called for each new one
/// (CRYPTO_get_ex_new_index(3)) and may set its mode (SSL_set_mode(3)). Where there is no such OpenSSL, nothing is done.
/// </remarks>
internal static unsafe partial class LeanOpenSsl
{
    private const int ClassSsl = 0; // CRYPTO_EX_INDEX_SSL
    private const int ControlMode = 33; // SSL_CTRL_MODE
    private const nuint Tickets = 1; // OpenSSL sends two, each of which costs a signature and memory; clients use one
    private const int ReleaseBuffers = 0x10; // SSL_MODE_RELEASE_BUFFERS

    private static readonly Lazy<bool> Applied = new(Register);

    /// <summary>Once for the process; further calls do nothing. False where it cannot be had.</summary>
    public static bool Apply() => Applied.Value;

    private static bool Register()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            return GetExNewIndex(ClassSsl, 0, 0, &OnNew, null, null) >= 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNew(nint ssl, nint pointer, nint data, int index, long argumentNumber, nint argument)
    {
        // Null for the object that OpenSSL itself makes to try things out.
        if (ssl == 0) return;
        Control(ssl, ControlMode, ReleaseBuffers, 0);
        _ = SetTickets(ssl, Tickets);
    }

    [LibraryImport("libcrypto.so.3", EntryPoint = "CRYPTO_get_ex_new_index")]
    private static partial int GetExNewIndex(
        int kind, long argumentNumber, nint argument,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int, long, nint, void> onNew, void* onCopy, void* onFree);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_ctrl")]
    private static partial long Control(nint ssl, int command, long value, nint pointer);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_set_num_tickets")]
    private static partial int SetTickets(nint ssl, nuint count);
}
