using System.Net;
using System.Text;
using Relay.Host.Commands;
using Relay.Host.Configuration;
using Relay.Protocol.Keys;

namespace Relay.Host.Startup;

/// <summary>What relayd prints once its ports are open: where it is, who it is, and what to do next.</summary>
internal static class Banner
{
    /// <param name="options">What it runs with.</param>
    /// <param name="bound">Where it listens.</param>
    /// <param name="key">Its public key.</param>
    /// <param name="pin">Hash of the certificate when no authority vouches for it, else null.</param>
    /// <param name="colours">Whether the text may hold colours.</param>
    /// <param name="awaited">Who is asked for the certificate that is not there yet, else null.</param>
    internal static string Make(RelaydOptions options, BoundEndPoints bound, NodeKey key, string? pin, bool colours, string? awaited = null)
    {
        var paint = new Paint(colours);
        var text = new StringBuilder();
        text.AppendLine(paint.Bold($"relayd {BuildVersion.Short} is up")
            + (options.Dev ? ", local and throw-away (--dev)" : $" as {options.HostName}")).AppendLine();
        foreach (var (label, value) in Lines(options, bound, key, pin, awaited)) text.AppendLine($"  {paint.Dim(label.PadRight(11))}{value}");
        text.AppendLine().AppendLine(paint.Dim("DERP map for clients:"));
        text.AppendLine(PrintedMap.Make(options, bound, pin).ToJson());
        text.AppendLine().AppendLine(paint.Dim("Try it:")).AppendLine("  " + paint.Bold(TryCommand(options, bound, pin)));
        if (options is { Dev: true, Tls: TlsMode.Off })
            text.AppendLine().AppendLine(paint.Dim("This is plain HTTP. Tailscale clients speak TLS only: start with --tls self-signed for them."));
        return text.ToString();
    }

    private static IEnumerable<(string Label, string Value)> Lines(RelaydOptions options, BoundEndPoints bound, NodeKey key, string? pin, string? awaited)
    {
        foreach (var relay in bound.Relay) yield return ("DERP", $"{PublicUrl.Of(options, options.Tls == TlsMode.Off, relay.Port)}/derp{Reach(options, relay)}");
        if (bound.Http is { } http) yield return ("plain HTTP", Show(http));
        if (bound.Stun.IsEmpty) yield return ("STUN", "off");
        foreach (var stun in bound.Stun) yield return ("STUN", $"{Show(stun)} (UDP)");
        yield return ("admin", $"http://{Show(bound.Admin)}/metrics");
        yield return ("public key", key.ToText());
        if (pin is not null) yield return ("pin", pin);
        if (awaited is not null) yield return ("TLS", $"no certificate yet: asked for at {awaited}; clients can connect once it is there");
        yield return ("admission", options.Admit.Mode == AdmitMode.Open ? "open: anybody may use this relay" : options.Admit.Path ?? options.Admit.Url!.Host);
    }

    private static string Reach(RelaydOptions options, IPEndPoint relay) =>
        relay.Address.Equals(options.HostAddress) ? "" : $" (on {Show(relay)})";

    private static string Show(IPEndPoint endPoint) => endPoint.ToString();

    private static string TryCommand(RelaydOptions options, BoundEndPoints bound, string? pin)
    {
        var program = options.Dev ? "dotnet run --project src/Relay.Agent --" : "relay";
        return $"{program} ping --relay {PublicUrl.Of(options, bound.Relay[0].Port)}" + (pin is null ? "" : $" --pin {pin}");
    }
}
