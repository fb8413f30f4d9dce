using System.Runtime.InteropServices;

namespace Relay.Server.Transport.Tls;

/// <summary>
/// OpenSSL's public functions for what .NET does not ask of it, bound to the very library that .NET uses; its version 3 alone.
/// Whoever registers application data is called for each new object, which is how its settings can be reached.
/// </summary>
internal static unsafe partial class OpenSsl
{
    internal const int ClassConnection = 0; // CRYPTO_EX_INDEX_SSL
    internal const int ClassContext = 1; // CRYPTO_EX_INDEX_SSL_CTX

    /// <summary>
    /// Makes a slot for application data, for good, and has <paramref name="onNew"/> called for each new object. Negative where
    /// there is no such OpenSSL.
    /// </summary>
    internal static int Register(int kind, delegate* unmanaged[Cdecl]<nint, nint, nint, int, long, nint, void> onNew)
    {
        if (!OperatingSystem.IsLinux()) return -1;
        try
        {
            return GetExNewIndex(kind, 0, 0, onNew, null, null);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return -1;
        }
    }

    [LibraryImport("libcrypto.so.3", EntryPoint = "CRYPTO_get_ex_new_index")]
    private static partial int GetExNewIndex(
        int kind, long argumentNumber, nint argument,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int, long, nint, void> onNew, void* onCopy, void* onFree);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_ctrl")]
    internal static partial long ControlContext(nint context, int command, long value, nint pointer);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_CTX_set_info_callback")]
    internal static partial void TellSteps(nint context, delegate* unmanaged[Cdecl]<nint, int, int, void> onStep);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_set_num_tickets")]
    internal static partial int SetTickets(nint connection, nuint count);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_get_ex_data")]
    internal static partial nint GetData(nint connection, int slot);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_set_ex_data")]
    internal static partial int SetData(nint connection, int slot, nint data);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_set_shutdown")]
    internal static partial void SetShutdown(nint connection, int mode);
}
