namespace Relay.Host.Configuration;

/// <summary>A setting whose values are read into <typeparamref name="T"/>.</summary>
internal sealed class Setting<T>(string name, Func<string, T> parse) : Setting(name)
{
    /// <summary>Reads one value; a <see cref="FormatException"/> says what was expected.</summary>
    internal T Parse(string text) => parse(text);

    internal override void Check(string text) => parse(text);
}
