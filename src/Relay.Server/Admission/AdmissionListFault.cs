namespace Relay.Server.Admission;

/// <summary>What is wrong with an admission list, and where.</summary>
/// <param name="Line">From 1 on.</param>
/// <param name="Column">From 1 on, in bytes.</param>
/// <param name="Message">What was found and what would be right.</param>
public sealed record AdmissionListFault(int Line, int Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"line {Line}, column {Column}: {Message}";
}
