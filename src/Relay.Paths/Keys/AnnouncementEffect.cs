namespace Relay.Paths.Keys;

/// <summary>What an announcement changed, and whether it is to be answered.</summary>
[Flags]
internal enum AnnouncementEffect
{
    None = 0,

    /// <summary>Another key than the known one, without proof that it is not an old one.</summary>
    Unproven = 1,

    /// <summary>The peer's key is known, or another one than before.</summary>
    NewKey = 2,

    AnswerDue = 4,
}
