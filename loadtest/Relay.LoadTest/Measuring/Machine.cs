using System.Globalization;
using System.Runtime.InteropServices;
using Relay.LoadTest.Links;

namespace Relay.LoadTest.Measuring;

/// <summary>What it was measured on.</summary>
internal sealed record Machine(string Processor, int Cores, double MemoryGb, string Kernel)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Processor}, {Cores} cores, {MemoryGb} GB, Linux {Kernel}");

    internal static Machine ThisOne() => new(
        Value("/proc/cpuinfo", "model name") ?? "unknown processor",
        // Of the machine, not of those that this process may use.
        File.ReadLines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal)),
        Math.Round(double.Parse((Value("/proc/meminfo", "MemTotal") ?? "0 kB").Split(' ')[0], CultureInfo.InvariantCulture) / (1 << 20), 1),
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim());

    /// <summary>What the generator runs with.</summary>
    internal static Dictionary<string, string> Versions() => new()
    {
        ["relay-load"] = typeof(Machine).Assembly.GetName().Version?.ToString(3) ?? "",
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["openssl"] = Marshal.PtrToStringUTF8(OpenSsl.Version(0)) ?? "",
    };

    private static string? Value(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
