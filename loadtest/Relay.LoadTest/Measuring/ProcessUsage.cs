using System.Globalization;

namespace Relay.LoadTest.Measuring;

/// <summary>What a process has used so far, as /proc tells it.</summary>
/// <param name="UserSeconds">CPU time in its own code.</param>
/// <param name="SystemSeconds">CPU time in the kernel for it.</param>
/// <param name="ResidentBytes">Memory it holds in RAM.</param>
internal readonly record struct ProcessUsage(double UserSeconds, double SystemSeconds, long ResidentBytes)
{
    // Of sysconf(_SC_CLK_TCK); Linux shows times in these to programs on every machine.
    private const double TicksPerSecond = 100;

    private const int UserAt = 11;
    private const int SystemAt = 12;

    internal double CpuSeconds => UserSeconds + SystemSeconds;

    /// <summary>Reads it now; null when there is no such process.</summary>
    internal static ProcessUsage? Of(int process)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{process}/stat"), File.ReadAllText($"/proc/{process}/status"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>What these have used together; null when there are none, or one is gone.</summary>
    internal static ProcessUsage? Of(IReadOnlyList<int> processes)
    {
        ProcessUsage? sum = null;
        foreach (var process in processes)
        {
            if (Of(process) is not { } one) return null;
            sum = sum is { } others ? others + one : one;
        }

        return sum;
    }

    /// <summary>Reads the texts of <c>stat</c> and <c>status</c> (proc(5)).</summary>
    internal static ProcessUsage Parse(string stat, string status)
    {
        // The program's name, in parentheses, may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var resident = status.Split('\n').FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = resident is null ? 0 : Number(resident.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);
        return new ProcessUsage(Seconds(fields[UserAt]), Seconds(fields[SystemAt]), 1024 * kilobytes);
    }

    /// <summary>What was used in between; memory as it is at the end.</summary>
    public static ProcessUsage operator -(ProcessUsage end, ProcessUsage start) =>
        new(end.UserSeconds - start.UserSeconds, end.SystemSeconds - start.SystemSeconds, end.ResidentBytes);

    /// <summary>Of several processes.</summary>
    public static ProcessUsage operator +(ProcessUsage one, ProcessUsage other) =>
        new(one.UserSeconds + other.UserSeconds, one.SystemSeconds + other.SystemSeconds, one.ResidentBytes + other.ResidentBytes);

    private static double Seconds(string ticks) => Number(ticks) / TicksPerSecond;

    private static long Number(string digits) => long.Parse(digits, CultureInfo.InvariantCulture);
}
