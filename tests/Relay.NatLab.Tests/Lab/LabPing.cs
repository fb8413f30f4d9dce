using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Relay.Testing;

namespace Relay.NatLab.Tests.Lab;

/// <summary>A ping that runs until it is stopped, and what came of it.</summary>
internal sealed partial class LabPing
{
    private readonly List<(DateTimeOffset Time, int Number, double Milliseconds)> _replies = [];
    private readonly Process _process;

    internal LabPing(Process process)
    {
        _process = process;
        Started = TimeProvider.System.GetUtcNow();
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        _ = process.StandardError.ReadToEndAsync();
    }

    internal DateTimeOffset Started { get; }

    internal IReadOnlyList<(DateTimeOffset Time, int Number, double Milliseconds)> Replies
    {
        get
        {
            lock (_replies) return [.. _replies];
        }
    }

    internal async Task<DateTimeOffset> FirstReplyAsync(TimeSpan? within = null)
    {
        await Eventually.True(() => Replies.Count > 0, "the first ping's reply", within ?? TimeSpan.FromSeconds(30));
        return Replies[0].Time;
    }

    /// <summary>So many replies more than there are now.</summary>
    internal async Task MoreAsync(int count, TimeSpan? within = null)
    {
        var goal = Replies.Count + count;
        await Eventually.True(() => Replies.Count >= goal, $"{count} more replies", within ?? TimeSpan.FromSeconds(60));
    }

    /// <summary>Replies to packets that were sent after <paramref name="when"/>.</summary>
    internal Task AnsweredAfterAsync(DateTimeOffset when, TimeSpan? within = null) =>
        Eventually.True(() => Replies.Any(r => r.Time - TimeSpan.FromMilliseconds(r.Milliseconds) > when), "a ping that was sent and answered since", within ?? TimeSpan.FromSeconds(30));

    /// <summary>The longest time without a reply, from <paramref name="since"/> on.</summary>
    internal TimeSpan LongestGap(DateTimeOffset since)
    {
        var times = Replies.Select(r => r.Time).Where(t => t >= since).Prepend(since).ToList();
        return times.Zip(times.Skip(1), (a, b) => b - a).DefaultIfEmpty().Max();
    }

    /// <summary>Packets without a reply, between the first reply and the last.</summary>
    internal int Lost()
    {
        var numbers = Replies.Select(r => r.Number).ToHashSet();
        return numbers.Count == 0 ? 0 : numbers.Max() - numbers.Min() + 1 - numbers.Count;
    }

    internal async Task StopAsync()
    {
        await Tool.RunAsync("kill", "-INT", $"{_process.Id}");
        await Eventually.Done(_process.WaitForExitAsync(), "ping to end");
    }

    private void Add(string? line)
    {
        if (line is null || Reply().Match(line) is not { Success: true } match) return;
        var time = DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(Number(1));
        lock (_replies) _replies.Add((time, (int)Number(2), Number(3)));

        double Number(int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\[([0-9.]+)\] \d+ bytes from .* icmp_seq=(\d+) .*time=([0-9.]+) ms$")]
    private static partial Regex Reply();
}
