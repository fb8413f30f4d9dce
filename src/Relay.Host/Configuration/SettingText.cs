using Relay.Host.Failures;

namespace Relay.Host.Configuration;

/// <summary>How settings and their values are called in messages: by the name that was used, with the value as it may be shown.</summary>
internal static class SettingText
{
    private const int LongestShown = 200;

    internal static string Name(Setting setting, SettingValue value, string text) => value.Source switch
    {
        SettingSource.File => $"{value.File}: {setting.Name} {Quote(setting, text)}",
        SettingSource.Environment => $"{setting.Variable} {Quote(setting, text)}",
        SettingSource.Flag when setting.IsSwitch => setting.Flag,
        SettingSource.Flag => $"{setting.Flag} {Quote(setting, text)}",
        _ => $"{setting.Flag} {Quote(setting, text)} (the default)",
    };

    /// <summary>A wrong flag is a wrong command line; the same value from elsewhere is bad configuration.</summary>
    internal static StartupException Wrong(Setting setting, SettingValue value, string text, string expected)
    {
        var line = $"{Name(setting, value, text)}: {expected}";
        return value.Source == SettingSource.Flag ? StartupException.Usage(line) : StartupException.Config(line);
    }

    internal static string Source(Setting setting, SettingValue value) => value.Source switch
    {
        SettingSource.Flag => $"flag {setting.Flag}",
        SettingSource.Environment => $"environment {setting.Variable}",
        SettingSource.File => $"file {value.File}",
        _ => "default",
    };

    private static string Quote(Setting setting, string text)
    {
        var shown = setting.Show(text);
        return $"\"{(shown.Length <= LongestShown ? shown : shown[..LongestShown] + "...")}\"";
    }
}
