namespace Relay.Host.Startup;

/// <summary>Two shades for a terminal; plain text everywhere else.</summary>
/// <param name="isOn">Whether escape sequences may be written.</param>
internal readonly struct Paint(bool isOn)
{
    internal string Bold(string text) => isOn ? $"\e[1m{text}\e[0m" : text;

    internal string Dim(string text) => isOn ? $"\e[2m{text}\e[0m" : text;
}
