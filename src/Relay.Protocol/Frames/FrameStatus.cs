namespace Relay.Protocol.Frames;

/// <summary>What reading one frame from the bytes at hand led to.</summary>
public enum FrameStatus
{
    /// <summary>A whole frame is there.</summary>
    Complete,

    /// <summary>The frame goes on beyond the bytes at hand.</summary>
    NeedMoreData,

    /// <summary>The header announces a length that its type may not have. The stream cannot be read on.</summary>
    BadLength,
}
