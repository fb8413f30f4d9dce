using Relay.Host.Commands;
using Relay.Host.Failures;

namespace Relay.Host.Configuration;

/// <summary>
/// The one list of what has a flag but no implementation in this version. Starting with one of these fails: an operator
/// who asked for a limit or a guard must not run without it unknowingly.
/// </summary>
internal static class NotYetAvailable
{
    private static readonly (Setting Setting, Func<EffectiveSettings, bool> IsAsked, string Instead)[] List =
    [
        Given(Settings.Cluster),
    ];

    internal static void Check(EffectiveSettings settings)
    {
        foreach (var (setting, isAsked, instead) in List)
        {
            if (isAsked(settings))
                throw StartupException.Config($"{settings.Describe(setting)} is not available yet in relayd {BuildVersion.Short}; {instead}");
        }
    }

    private static (Setting, Func<EffectiveSettings, bool>, string) Given(Setting setting) =>
        (setting, s => s.IsGiven(setting), "remove it");
}
