using System.Reflection;

namespace Relay.Host.Commands;

/// <summary>Which relayd this is.</summary>
internal static class BuildVersion
{
    /// <summary>Such as <c>0.1.0</c>.</summary>
    internal static string Short { get; } = Full.Split('+')[0];

    /// <summary>Such as <c>0.1.0+d7e2c1f0</c>, with the source revision where the build knew it.</summary>
    internal static string Full =>
        typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
