using System.Text.Json;
using Prometheus;

namespace Relay.Host.Metrics;

/// <summary>Label values, made from enums.</summary>
internal static class MetricLabels
{
    /// <summary>Such as <c>queue_head</c> for <c>QueueHead</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Sets the counter of each value to what was counted for it.</summary>
    public static void UpdateEach<T>(this Counter counter, Func<T, double> count)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>()) counter.WithLabels(Of(value)).IncTo(count(value));
    }
}
