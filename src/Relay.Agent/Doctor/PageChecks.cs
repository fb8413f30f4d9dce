using System.Net;
using Relay.Agent.Maps;

namespace Relay.Agent.Doctor;

/// <summary>The HTTP endpoints that clients use beside DERP, and the relay's clock.</summary>
internal static class PageChecks
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);

    internal static async Task RunAsync(Examination on, CancellationToken stop)
    {
        using var http = new NodeHttp(on.Node, on.Source.PlainHttp, throughProxy: false, on.Time);
        var date = await ProbeAsync(on, http, stop);
        await ChallengeAsync(on, http, stop);
        if (on.Node.CanPort80 && IPAddress.TryParse(on.Node.IPv4, out var address)) await Port80Async(on, address, stop);
        Clock(on, date);
    }

    private static async Task<DateTimeOffset?> ProbeAsync(Examination on, NodeHttp http, CancellationToken stop)
    {
        DateTimeOffset? date = null;
        foreach (var path in new[] { "/derp/probe", "/derp/latency-check" })
        {
            using var response = await GetAsync(on, http, path, null, stop);
            if (response is null) continue;
            date = response.Headers.Date;
            if (response.StatusCode == HttpStatusCode.OK) on.Ok(path, $"200");
            else on.Fail(path, $"{(int)response.StatusCode}",
                "clients measure latency here where UDP is blocked: let this path through to relayd");
        }

        return date;
    }

    private static async Task ChallengeAsync(Examination on, NodeHttp http, CancellationToken stop)
    {
        const string Path = "/generate_204";
        const string Challenge = "ts_doctor";
        using var response = await GetAsync(on, http, Path, Challenge, stop);
        if (response is null) return;
        var right = response.StatusCode == HttpStatusCode.NoContent
            && response.Headers.TryGetValues("X-Tailscale-Response", out var answers)
            && answers.SequenceEqual([$"response {Challenge}"]);
        if (right) on.Ok(Path, $"204, challenge answered");
        else on.Fail(Path, $"{(int)response.StatusCode}, challenge not answered",
            "clients take this for a captive portal: let the path and its headers through to relayd");
    }

    private static async Task Port80Async(Examination on, IPAddress address, CancellationToken stop)
    {
        switch (await Generate204.AskAsync(new IPEndPoint(address, 80), on.Time, stop))
        {
            case Generate204.Answer.Relay:
                on.Ok("port 80", $"204, challenge answered");
                break;
            case Generate204.Answer.SomebodyElse:
                on.Fail("port 80", $"somebody answers who does not know the challenge",
                    "a captive portal here, or another server on the relay's port 80: leave CanPort80 out, or use --http-listen");
                break;
            default:
                on.Fail("port 80", $"no answer",
                    "the map promises it (CanPort80): let TCP port 80 through and see that relayd has --http-listen");
                break;
        }
    }

    private static void Clock(Examination on, DateTimeOffset? date)
    {
        if (date is not { } there)
        {
            on.Skip("clock", $"the relay did not say its time");
            return;
        }

        var apart = (there - on.Time.GetUtcNow()).Duration();
        if (apart <= ClockTolerance) on.Ok("clock", $"within {Math.Ceiling(apart.TotalSeconds)} s of this machine's");
        else on.Warn("clock", $"{apart.TotalSeconds:0} s away from this machine's", "set both by NTP: certificates are judged by the clock");
    }

    private static async Task<HttpResponseMessage?> GetAsync(
        Examination on, NodeHttp http, string path, string? challenge, CancellationToken stop)
    {
        try
        {
            return await http.GetAsync(path, challenge, Examination.Limit, stop);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            var why = e is HttpRequestException ? e.InnerException?.Message ?? e.Message : $"not within {Examination.Limit.TotalSeconds} s";
            on.Fail(path, $"no answer ({why})", "see the checks above: without a connection there is no page");
            return null;
        }
    }
}
