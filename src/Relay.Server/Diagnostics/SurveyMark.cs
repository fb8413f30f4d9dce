namespace Relay.Server.Diagnostics;

/// <summary>What a connection had moved when it was last surveyed.</summary>
internal readonly record struct SurveyMark(long BytesIn, long BytesOut);
