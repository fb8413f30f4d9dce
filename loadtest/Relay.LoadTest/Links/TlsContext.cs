namespace Relay.LoadTest.Links;

/// <summary>How TLS is spoken by many links. Certificates are not judged: what is measured is on the user's own network.</summary>
internal sealed class TlsContext : IDisposable
{
    // Several records a system call, as many as a busy relay has ready.
    private const int ReadBuffer = 64 * 1024;

    private TlsContext(nint method, bool lean)
    {
        Handle = OpenSsl.NewContext(method);
        if (Handle == 0) throw new IOException($"OpenSSL gave no context: {OpenSsl.LastReason()}");
        OpenSsl.ControlContext(Handle, OpenSsl.ControlMode, OpenSsl.PartialAndMovingWrites | (lean ? OpenSsl.ReleaseBuffers : 0), 0);
        if (lean) return;
        OpenSsl.ControlContext(Handle, OpenSsl.ControlReadAhead, 1, 0);
        OpenSsl.SetReadBuffer(Handle, ReadBuffer);
    }

    internal nint Handle { get; }

    /// <summary>For links that will carry traffic.</summary>
    internal static TlsContext Client() => new(OpenSsl.ClientMethod(), lean: false);

    /// <summary>For links of which there are many, and which do nothing.</summary>
    internal static TlsContext IdleClient() => new(OpenSsl.ClientMethod(), lean: true);

    /// <summary>For the accepting side.</summary>
    /// <param name="certificate">A PEM file with the certificate and its key.</param>
    internal static TlsContext Server(string certificate)
    {
        var context = new TlsContext(OpenSsl.ServerMethod(), lean: false);
        if (OpenSsl.UseCertificate(context.Handle, certificate) == 1 && OpenSsl.UsePrivateKey(context.Handle, certificate, OpenSsl.FilePem) == 1) return context;
        context.Dispose();
        throw new IOException($"{certificate}: {OpenSsl.LastReason()}");
    }

    public void Dispose() => OpenSsl.FreeContext(Handle);
}
