using System.Diagnostics.CodeAnalysis;

namespace Relay.Server.Admission;

/// <summary>Answers of an admission service, each for a time, and so many at most: the oldest goes. Thread safe.</summary>
internal sealed class AnswerMemory(int capacity, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AdmissionQuestion, Entry> _entries = [];
    private readonly Queue<(AdmissionQuestion Question, Entry Entry)> _order = new();

    /// <summary>The answer, while its time lasts.</summary>
    public bool TryFind(AdmissionQuestion question, [NotNullWhen(true)] out AdmissionAnswer? answer)
    {
        answer = null;
        lock (_lock)
        {
            if (!_entries.TryGetValue(question, out var entry) || time.GetUtcNow() >= entry.Until) return false;
            answer = entry.Answer;
            return true;
        }
    }

    /// <summary>Remembers an answer instead of an earlier one.</summary>
    public void Put(AdmissionQuestion question, AdmissionAnswer answer, TimeSpan lasting)
    {
        var entry = new Entry(answer, time.GetUtcNow() + lasting);
        lock (_lock)
        {
            _entries[question] = entry;
            _order.Enqueue((question, entry));

            // An answer that was replaced stands in the order twice; its first place counts for nothing.
            while (_order.Count > capacity)
            {
                var (oldest, gone) = _order.Dequeue();
                if (_entries.TryGetValue(oldest, out var current) && current == gone) _entries.Remove(oldest);
            }
        }
    }

    private sealed class Entry(AdmissionAnswer answer, DateTimeOffset until)
    {
        public AdmissionAnswer Answer => answer;

        public DateTimeOffset Until => until;
    }
}
