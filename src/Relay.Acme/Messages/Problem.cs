namespace Relay.Acme.Messages;

/// <summary>What an authority did not like (RFC 8555 6.7).</summary>
internal sealed record Problem
{
    private const string Prefix = "urn:ietf:params:acme:error:";

    public string? Type { get; init; }

    public string? Detail { get; init; }

    public Problem[]? Subproblems { get; init; }

    /// <summary>The error's name without the prefix that all have, such as <c>badNonce</c>; empty when it has none.</summary>
    public string Kind() => Type?.StartsWith(Prefix, StringComparison.Ordinal) == true ? Type[Prefix.Length..] : Type ?? "";

    /// <summary>For a log: one line, at most 300 characters, whatever the other side wrote.</summary>
    public override string ToString()
    {
        var detail = Detail ?? Subproblems?.FirstOrDefault()?.Detail;
        var text = string.IsNullOrEmpty(detail) ? Kind() : $"{detail} ({Kind()})";
        return string.Concat(text.Take(300).Select(c => char.IsControl(c) ? ' ' : c));
    }
}
