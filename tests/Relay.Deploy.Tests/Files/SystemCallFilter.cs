using System.Runtime.InteropServices;
using Relay.Testing;

namespace Relay.Deploy.Tests.Files;

/// <summary>
/// What a unit of systemd lets its process ask of the kernel, as a filter that kills whoever asks for more. systemd itself
/// would only refuse: a program might live with that and be worse for it, and no test would see it.
/// </summary>
internal static class SystemCallFilter
{
    private const uint Kill = 0x8000_0000; // SCMP_ACT_KILL_PROCESS
    private const uint Allow = 0x7fff_0000; // SCMP_ACT_ALLOW
    private const int Equal = 4; // SCMP_CMP_EQ

    // Sets no_new_privs and the filter, both of which outlive exec: PR_SET_NO_NEW_PRIVS is 38, SECCOMP_SET_MODE_FILTER 1.
    private const string Launcher = """
        my ($prctl, $seccomp, $file) = splice(@ARGV, 0, 3);
        open(my $in, "<:raw", $file) or die; local $/; my $filter = <$in>;
        my $program = pack("S x![P] P", length($filter) / 8, $filter);
        syscall($prctl, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!";
        syscall($seccomp, 1, 0, $program) == 0 or die "seccomp: $!";
        exec(@ARGV) or die "exec: $!";
        """;

    private static readonly Dictionary<string, ulong> Families = new() { ["AF_UNIX"] = 1, ["AF_INET"] = 2, ["AF_INET6"] = 10 };

    /// <summary>Writes the filter of a unit to a file, and returns the command that runs what follows it under that filter.</summary>
    public static async Task<string[]> WriteAsync(string unit, string path)
    {
        var settings = File.ReadLines(unit).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        var allowed = new HashSet<string>();
        foreach (var names in settings["SystemCallFilter"])
        {
            foreach (var name in names.TrimStart('~').Split(' '))
            {
                if (names.StartsWith('~')) allowed.ExceptWith(await ResolveAsync(name));
                else allowed.UnionWith(await ResolveAsync(name));
            }
        }

        var families = settings["RestrictAddressFamilies"].Single().Split(' ').Select(family => Families[family]);
        Compile(allowed, families, path);
        return [Requires.Tool("perl"), "-e", Launcher, $"{Resolve("prctl")}", $"{Resolve("seccomp")}", path];
    }

    // systemd's own groups, which contain each other.
    private static async Task<IEnumerable<string>> ResolveAsync(string name)
    {
        if (!name.StartsWith('@')) return [name];
        var (code, output) = await Tool.RunAsync(Requires.Tool("systemd-analyze"), "syscall-filter", name);
        Assert.True(code == 0, output);
        var calls = new List<string>();
        foreach (var line in output.Split('\n').Skip(1).Select(line => line.Trim()))
        {
            if (line.Length > 0 && line[0] != '#') calls.AddRange(await ResolveAsync(line));
        }

        return calls;
    }

    private static void Compile(IEnumerable<string> allowed, IEnumerable<ulong> families, string path)
    {
        var filter = Init(Kill);
        Assert.NotEqual(0, filter);
        try
        {
            foreach (var name in allowed)
            {
                // Below zero: this machine has no such call.
                if (name != "socket" && Resolve(name) is var number and >= 0) Assert.Equal(0, Add(filter, Allow, number, 0, []));
            }

            foreach (var family in families)
                Assert.Equal(0, Add(filter, Allow, Resolve("socket"), 1, [new Comparison { Argument = 0, Operation = Equal, First = family }]));
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            Assert.Equal(0, Export(filter, file.DangerousGetHandle().ToInt32()));
        }
        finally
        {
            Release(filter);
        }
    }

    [DllImport("libseccomp.so.2", EntryPoint = "seccomp_init")]
    private static extern nint Init(uint action);

    [DllImport("libseccomp.so.2", EntryPoint = "seccomp_release")]
    private static extern void Release(nint filter);

    [DllImport("libseccomp.so.2", EntryPoint = "seccomp_syscall_resolve_name")]
    private static extern int Resolve([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libseccomp.so.2", EntryPoint = "seccomp_rule_add_array")]
    private static extern int Add(nint filter, uint action, int call, uint count, Comparison[] comparisons);

    [DllImport("libseccomp.so.2", EntryPoint = "seccomp_export_bpf")]
    private static extern int Export(nint filter, int file);

    // struct scmp_arg_cmp
    [StructLayout(LayoutKind.Sequential)]
    private struct Comparison
    {
        public uint Argument;
        public int Operation;
        public ulong First;
        public ulong Second;
    }
}
