using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Relay.Testing.Namespaces;

/// <summary>A thread that enters a network namespace, and ends with the call it was made for.</summary>
internal static partial class NamespaceThread
{
    private const int NewNetwork = 0x4000_0000;

    internal static T Run<T>(string name, Func<T> call)
    {
        var done = new TaskCompletionSource<T>();
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{name}");
                if (SetNamespace(handle, NewNetwork) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
                done.SetResult(call());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        thread.Start();
        thread.Join();
        return done.Task.GetAwaiter().GetResult();
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle handle, int kind);
}
