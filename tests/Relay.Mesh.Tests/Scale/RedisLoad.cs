using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace Relay.Mesh.Tests.Scale;

/// <summary>What Redis, and this process, have spent up to a moment.</summary>
internal sealed record RedisLoad(TimeSpan At, double RedisCpu, double OwnCpu, long Commands, long News, long BytesOut, long Memory)
{
    private static readonly long Began = TimeProvider.System.GetTimestamp();

    public static async Task<RedisLoad> TakeAsync(IServer redis, NewsWatch watch)
    {
        var info = (await redis.InfoAsync()).SelectMany(section => section).ToLookup(pair => pair.Key, pair => pair.Value);
        double Number(string name) => double.Parse(info[name].First(), CultureInfo.InvariantCulture);
        using var own = Process.GetCurrentProcess();
        return new RedisLoad(
            TimeProvider.System.GetElapsedTime(Began),
            Number("used_cpu_user") + Number("used_cpu_sys"),
            own.TotalProcessorTime.TotalSeconds,
            (long)Number("total_commands_processed"),
            watch.Messages,
            (long)Number("total_net_output_bytes"),
            (long)Number("used_memory"));
    }

    /// <summary>A line of what was spent since.</summary>
    public string Since(RedisLoad before, int relays)
    {
        var seconds = (At - before.At).TotalSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds,6:0.0} s; Redis {(RedisCpu - before.RedisCpu) / seconds:0.000} of a core, {(Commands - before.Commands) / seconds:0} commands and {(News - before.News) / seconds:0} messages of news a second, each to {relays}: {(BytesOut - before.BytesOut) / seconds / 1e6:0.00} MB/s; all relays {(OwnCpu - before.OwnCpu) / seconds:0.000} cores");
    }
}
