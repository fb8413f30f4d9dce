using Relay.Host.Failures;

namespace Relay.Host.Configuration;

/// <summary>Takes the variables <c>RELAYD_*</c> as settings. Lists are separated by commas; an empty variable counts as not set.</summary>
internal static class EnvironmentLayer
{
    /// <exception cref="StartupException">A variable is no setting.</exception>
    internal static Dictionary<string, string?> Read(IReadOnlyDictionary<string, string> variables)
    {
        var layer = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in variables.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(Setting.VariablePrefix, StringComparison.Ordinal) || IsServiceLink(name)) continue;
            var setting = Settings.All.FirstOrDefault(s => s.Variable == name) ?? throw Unknown(name);
            layer[setting.Name] = value;
        }

        return layer;
    }

    // Kubernetes sets these in every pod beside a service that is called relayd.
    private static bool IsServiceLink(string name) =>
        name == "RELAYD_PORT"
        || name.StartsWith("RELAYD_PORT_", StringComparison.Ordinal)
        || name.StartsWith("RELAYD_SERVICE_", StringComparison.Ordinal);

    private static StartupException Unknown(string name)
    {
        var nearest = NearestName.Of(name[Setting.VariablePrefix.Length..], Settings.All.Select(s => s.Name));
        var right = Settings.All.FirstOrDefault(s => s.Name == nearest)?.Variable;
        return StartupException.Config($"{name}: no such setting; "
            + (right is null ? "unset it, or see relayd --help for the settings" : $"did you mean {right}?"));
    }
}
