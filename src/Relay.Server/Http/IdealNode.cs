namespace Relay.Server.Http;

/// <summary>The <c>Ideal-Node</c> header: any value says that the client would rather be on another node of the region.</summary>
internal static class IdealNode
{
    // What relayd takes for a node's name, too.
    private const int MaxLength = 63;

    /// <summary>The node's name; empty for a value that is none; null without a value.</summary>
    public static string? Of(string? value)
    {
        if (string.IsNullOrEmpty(value)) return null;
        return value.Length <= MaxLength && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? value : "";
    }
}
