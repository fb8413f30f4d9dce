using Relay.Protocol.Frames;
using Relay.Server.Queues;

namespace Relay.Server.Connections;

/// <summary>
/// What a client is told of its connection's health: the worst problem alone, since each Health frame takes the place of the
/// one before. Thread safe.
/// </summary>
internal sealed class HealthNotice(Outbox outbox)
{
    private const int MaxFrame = 256;

    private readonly Lock _gate = new();
    private readonly string[] _problems = [.. Enum.GetValues<HealthProblem>().Select(_ => "")];
    private string _told = "";

    /// <summary>Appends a frame if what is to be told has changed. An empty text: it is over.</summary>
    public void Set(HealthProblem problem, string text)
    {
        lock (_gate)
        {
            _problems[(int)problem] = text;
            var worst = Array.Find(_problems, one => one.Length > 0) ?? "";
            if (worst == _told) return;
            _told = worst;
            Span<byte> frame = stackalloc byte[MaxFrame];
            outbox.AppendControl(frame[..FrameWriter.Health(frame, worst)]);
        }
    }
}
