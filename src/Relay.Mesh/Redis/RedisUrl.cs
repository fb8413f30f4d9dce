using System.Globalization;
using StackExchange.Redis;

namespace Relay.Mesh.Redis;

/// <summary>
/// <c>redis[s]://[[USER]:PASSWORD@]HOST[:PORT][/DB][?also=HOST:PORT,...&amp;sentinel=SERVICE&amp;ca=FILE]</c>: one server, the
/// nodes of a Redis Cluster, or Sentinels and the service they watch.
/// </summary>
public static class RedisUrl
{
    private const int DefaultPort = 6379, SentinelPort = 26379;

    /// <exception cref="FormatException">Not such a URL; the message says what was expected.</exception>
    public static ConfigurationOptions Parse(Uri url)
    {
        var query = Query(url);
        var port = query.ContainsKey("sentinel") ? SentinelPort : DefaultPort;
        var (user, password) = Credentials(url);
        var options = new ConfigurationOptions
        {
            ClientName = "relayd",
            Ssl = url.Scheme == "rediss",
            User = user,
            Password = password,
            ServiceName = query.GetValueOrDefault("sentinel"),
            DefaultDatabase = Database(url.AbsolutePath.Trim('/')),

            // A relay starts and works without its Redis; what cannot be asked is known at once.
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ConnectTimeout = 5000,
            AsyncTimeout = 5000,
            SyncTimeout = 5000,
            ReconnectRetryPolicy = new LinearRetry(1000),

            // Keys and channels of the library, which a user that may touch only the region's own is not allowed.
            TieBreaker = "",
            ConfigurationChannel = "",

            // Errors are for operators.
            IncludeDetailInExceptions = false,
            IncludePerformanceCountersInExceptions = false,
        };
        options.EndPoints.Add(url.IdnHost.Trim('[', ']'), url.Port > 0 ? url.Port : port);
        foreach (var other in query.GetValueOrDefault("also")?.Split(',') ?? []) AddOther(options.EndPoints, other, port);
        var authorities = query.GetValueOrDefault("ca");
        if (options.Ssl) options.SslClientAuthenticationOptions = new RedisTls(authorities).OptionsFor;
        else if (authorities is not null) throw new FormatException("expected rediss:// with ca=FILE: without TLS there is no certificate");
        return options;
    }

    private static Dictionary<string, string> Query(Uri url)
    {
        var query = new Dictionary<string, string>();
        foreach (var part in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2) is not [("also" or "sentinel" or "ca") and var name, { Length: > 0 } value] || !query.TryAdd(name, Uri.UnescapeDataString(value)))
                throw new FormatException("expected only also=HOST:PORT,..., sentinel=SERVICE and ca=FILE, each once, after the question mark");
        }

        return query;
    }

    // A word alone is a password.
    private static (string? User, string? Password) Credentials(Uri url)
    {
        var parts = url.UserInfo.Split(':', 2).Select(part => part.Length > 0 ? Uri.UnescapeDataString(part) : null).ToArray();
        return parts is [var user, var password] ? (user, password) : (null, parts[0]);
    }

    private static int? Database(string path) =>
        path.Length == 0 ? null
        : int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException("expected a database number after the slash");

    private static void AddOther(EndPointCollection endPoints, string text, int port)
    {
        if (!Uri.TryCreate($"redis://{text}", UriKind.Absolute, out var url) || url.Host.Length == 0 || !url.Authority.Equals(text, StringComparison.OrdinalIgnoreCase))
            throw new FormatException($"expected HOST:PORT,... after also=, not \"{text}\"");
        endPoints.Add(url.IdnHost.Trim('[', ']'), url.Port > 0 ? url.Port : port);
    }
}
