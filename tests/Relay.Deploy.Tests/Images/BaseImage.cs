using System.Runtime.Versioning;
using Relay.Testing;

namespace Relay.Deploy.Tests.Images;

/// <summary>
/// The file system of a chiselled .NET image, put together from this machine: the runtime, the C and C++ libraries,
/// OpenSSL, certificates, two accounts. No shell, no tools.
/// </summary>
internal static class BaseImage
{
    /// <summary>The account of Microsoft's images, APP_UID.</summary>
    internal const int AppUser = 1654;

    // What the packages of the image hold: libc6, libgcc-s1, libstdc++6, libssl3.
    private static readonly string[] Libraries =
    [
        "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", "libresolv.so.2", "libnss_files.so.2", "libnss_dns.so.2",
        "libgcc_s.so.1", "libstdc++.so.6", "libssl.so.3", "libcrypto.so.3",
    ];

    private static readonly string[] Folders =
        ["dev", "proc", "tmp", "etc/ssl/certs", "usr/bin", "lib64", "lib/x86_64-linux-gnu", "home/app", "var/lib"];

    private static readonly string[] LibraryFolders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu"];

    [SupportedOSPlatform("linux")]
    internal static async Task MakeAsync(string root, bool withAspNetCore)
    {
        foreach (var folder in Folders) Directory.CreateDirectory(Path.Combine(root, folder));
        File.SetUnixFileMode(Path.Combine(root, "tmp"), (UnixFileMode)0b001_111_111_111);
        await File.WriteAllTextAsync(Path.Combine(root, "etc/passwd"), $"root:x:0:0::/root:/sbin/nologin\napp:x:{AppUser}:{AppUser}::/home/app:/sbin/nologin\n");
        await File.WriteAllTextAsync(Path.Combine(root, "etc/group"), $"root:x:0:\napp:x:{AppUser}:\n");
        await File.WriteAllTextAsync(Path.Combine(root, "etc/hosts"), "127.0.0.1 localhost\n");
        await CopyAsync("/etc/ssl/certs/ca-certificates.crt", Path.Combine(root, "etc/ssl/certs/ca-certificates.crt"));
        await CopyAsync("/lib64/ld-linux-x86-64.so.2", Path.Combine(root, "lib64/ld-linux-x86-64.so.2"));
        foreach (var library in Libraries)
        {
            var from = LibraryFolders.Select(f => Path.Combine(f, library)).FirstOrDefault(File.Exists);
            if (from is not null) await CopyAsync(from, Path.Combine(root, "lib/x86_64-linux-gnu", library));
        }

        var dotnet = new FileInfo(Requires.Tool("dotnet")).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Requires.Tool("dotnet");
        var home = Path.GetDirectoryName(dotnet)!;
        Directory.CreateDirectory(Path.Combine(root, "usr/share/dotnet/shared"));
        await CopyAsync(dotnet, Path.Combine(root, "usr/share/dotnet/dotnet"));
        await CopyAsync(Path.Combine(home, "host"), Path.Combine(root, "usr/share/dotnet/host"));
        await CopyAsync(Path.Combine(home, "shared/Microsoft.NETCore.App"), Path.Combine(root, "usr/share/dotnet/shared/Microsoft.NETCore.App"));
        if (withAspNetCore)
            await CopyAsync(Path.Combine(home, "shared/Microsoft.AspNetCore.App"), Path.Combine(root, "usr/share/dotnet/shared/Microsoft.AspNetCore.App"));
        File.CreateSymbolicLink(Path.Combine(root, "usr/bin/dotnet"), "/usr/share/dotnet/dotnet");
    }

    private static async Task CopyAsync(string from, string to)
    {
        var (code, output) = await Tool.RunAsync("cp", "-rL", from, to);
        Assert.True(code == 0, output);
    }
}
