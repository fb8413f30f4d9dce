using System.Net;

namespace Relay.Client.Dialing;

/// <summary>The proxy that the environment names for a target: HTTPS_PROXY or HTTP_PROXY, else ALL_PROXY, less NO_PROXY.</summary>
internal static class EnvironmentProxy
{
    public static Uri? Find(RelayTarget target, Func<string, string?> environment)
    {
        var name = target.UseTls ? "HTTPS_PROXY" : "HTTP_PROXY";
        var text = Read(name) ?? Read(name = "ALL_PROXY");
        if (text is null || IsExcepted(target, Read("NO_PROXY"))) return null;
        var url = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (Uri.TryCreate(url, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" && proxy.Host.Length > 0) return proxy;
        throw new RelayException(RelayError.Proxy, $"the environment variable {name} names no HTTP proxy; http://host:port was expected");

        // Upper case first; empty means unset.
        string? Read(string variable) =>
            environment(variable) is { Length: > 0 } upper ? upper : environment(variable.ToLowerInvariant()) is { Length: > 0 } lower ? lower : null;
    }

    // Loopback is never proxied. An entry is *, an address, a network, a name (its subdomains too), with or without a port.
    private static bool IsExcepted(RelayTarget target, string? exceptions)
    {
        var isAddress = IPAddress.TryParse(target.Host, out var address);
        if (isAddress && IPAddress.IsLoopback(address!)) return true;
        if (target.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return exceptions is not null && exceptions.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(Matches);

        bool Matches(string entry)
        {
            if (entry == "*") return true;
            if (isAddress && IPNetwork.TryParse(entry, out var network)) return network.Contains(address!);
            if (IPAddress.TryParse(entry, out var single)) return isAddress && single.Equals(address);
            var colon = entry.LastIndexOf(':');
            if (colon > 0 && int.TryParse(entry[(colon + 1)..], out var port))
            {
                if (port != target.Port) return false;
                entry = entry[..colon];
            }

            var name = entry.TrimStart('*').TrimStart('.');
            return target.Host.Equals(name, StringComparison.OrdinalIgnoreCase)
                || target.Host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase);
        }
    }
}
