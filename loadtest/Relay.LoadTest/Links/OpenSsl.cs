using System.Runtime.InteropServices;

namespace Relay.LoadTest.Links;

/// <summary>
/// The part of OpenSSL 3 that the links use, straight on the socket. SslStream would copy each record through buffers of
/// its own, and the generator has to be cheaper than what it measures.
/// </summary>
internal static partial class OpenSsl
{
    internal const int ControlMode = 33; // SSL_CTRL_MODE
    internal const int ControlReadAhead = 41; // SSL_CTRL_SET_READ_AHEAD
    internal const int ControlHostName = 55; // SSL_CTRL_SET_TLSEXT_HOSTNAME
    internal const nint PartialAndMovingWrites = 0x1 | 0x2; // SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
    internal const nint ReleaseBuffers = 0x10; // SSL_MODE_RELEASE_BUFFERS
    internal const int FilePem = 1; // SSL_FILETYPE_PEM

    internal const int WantRead = 2;
    internal const int WantWrite = 3;
    internal const int ZeroReturn = 6;

    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    [LibraryImport(Ssl, EntryPoint = "TLS_client_method")]
    internal static partial nint ClientMethod();

    [LibraryImport(Ssl, EntryPoint = "TLS_server_method")]
    internal static partial nint ServerMethod();

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_new")]
    internal static partial nint NewContext(nint method);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_free")]
    internal static partial void FreeContext(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_ctrl")]
    internal static partial nint ControlContext(nint context, int command, nint value, nint pointer);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_set_default_read_buffer_len")]
    internal static partial void SetReadBuffer(nint context, nuint length);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_use_certificate_chain_file", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int UseCertificate(nint context, string file);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_use_PrivateKey_file", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int UsePrivateKey(nint context, string file, int type);

    [LibraryImport(Ssl, EntryPoint = "SSL_new")]
    internal static partial nint New(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_free")]
    internal static partial void Free(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_fd")]
    internal static partial int SetDescriptor(nint ssl, int descriptor);

    [LibraryImport(Ssl, EntryPoint = "SSL_ctrl", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Control(nint ssl, int command, nint value, string pointer);

    [LibraryImport(Ssl, EntryPoint = "SSL_connect")]
    internal static partial int Connect(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_accept")]
    internal static partial int Accept(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_read", SetLastError = true)]
    internal static partial int Read(nint ssl, ref byte buffer, int length);

    [LibraryImport(Ssl, EntryPoint = "SSL_has_pending")]
    internal static partial int HasPending(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_write", SetLastError = true)]
    internal static partial int Write(nint ssl, in byte buffer, int length);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_error")]
    internal static partial int GetError(nint ssl, int result);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_version")]
    internal static partial nint GetVersion(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_current_cipher")]
    internal static partial nint GetCipher(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_CIPHER_get_name")]
    internal static partial nint GetName(nint cipher);

    [LibraryImport(Crypto, EntryPoint = "ERR_clear_error")]
    internal static partial void ClearErrors();

    [LibraryImport(Crypto, EntryPoint = "ERR_get_error")]
    internal static partial ulong NextError();

    [LibraryImport(Crypto, EntryPoint = "ERR_reason_error_string")]
    internal static partial nint Reason(ulong error);

    [LibraryImport(Crypto, EntryPoint = "OpenSSL_version")]
    internal static partial nint Version(int what);

    /// <summary>What OpenSSL has to say about the last failure of this thread.</summary>
    internal static string LastReason() => Marshal.PtrToStringUTF8(Reason(NextError())) ?? "the connection broke";
}
