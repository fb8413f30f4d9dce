using System.Globalization;
using StackExchange.Redis;

namespace Relay.Mesh.Redis;

/// <summary>
/// <c>redis[s]://[USER[:PASSWORD]@]HOST[:PORT][/DB][?also=HOST:PORT,...&amp;sentinel=SERVICE]</c>: one server, the nodes of a
/// Redis Cluster, or Sentinels and the service they watch.
/// </summary>
public static class RedisUrl
{
    private const int DefaultPort = 6379;

    /// <exception cref="FormatException">Not such a URL; the message says what was expected.</exception>
    public static ConfigurationOptions Parse(Uri url)
    {
        var query = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => Uri.UnescapeDataString(part.ElementAtOrDefault(1) ?? ""));
        if (query.Keys.Any(name => name is not ("also" or "sentinel")))
            throw new FormatException("expected only also=HOST:PORT,... and sentinel=SERVICE after the question mark");
        var user = url.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        var options = new ConfigurationOptions
        {
            ClientName = "relayd",
            Ssl = url.Scheme == "rediss",
            User = user is [{ Length: > 0 } name, _] ? name : null,
            Password = user is [.., { Length: > 0 } password] ? password : null,
            ServiceName = query.GetValueOrDefault("sentinel"),
            DefaultDatabase = Database(url.AbsolutePath.Trim('/')),

            // A relay starts and works without its Redis; what cannot be asked is known at once.
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ConnectTimeout = 3000,
            AsyncTimeout = 5000,
            SyncTimeout = 5000,
            ReconnectRetryPolicy = new LinearRetry(1000),
        };
        options.EndPoints.Add(url.IdnHost.Trim('[', ']'), url.Port > 0 ? url.Port : DefaultPort);
        foreach (var other in (query.GetValueOrDefault("also") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)) options.EndPoints.Add(other);
        return options;
    }

    private static int? Database(string path) =>
        path.Length == 0 ? null
        : int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException("expected a database number after the slash");
}
