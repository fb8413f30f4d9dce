using System.Diagnostics.CodeAnalysis;

namespace Relay.Server.Admission;

/// <summary>
/// Answers of an admission service, each for a time, and so many at most: the oldest goes. Time is what has passed, whatever
/// the system's date does. Thread safe.
/// </summary>
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
            if (!_entries.TryGetValue(question, out var entry) || time.GetElapsedTime(entry.Since) >= entry.Lasting) return false;
            answer = entry.Answer;
            return true;
        }
    }

    /// <summary>The last answer, even when its time is over.</summary>
    public bool TryRecall(AdmissionQuestion question, [NotNullWhen(true)] out AdmissionAnswer? answer)
    {
        lock (_lock) answer = _entries.GetValueOrDefault(question)?.Answer;
        return answer is not null;
    }

    /// <summary>Remembers an answer instead of an earlier one.</summary>
    public void Put(AdmissionQuestion question, AdmissionAnswer answer, TimeSpan lasting)
    {
        var entry = new Entry(answer, time.GetTimestamp(), lasting);
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

    private sealed class Entry(AdmissionAnswer answer, long since, TimeSpan lasting)
    {
        public AdmissionAnswer Answer => answer;

        public long Since => since;

        public TimeSpan Lasting => lasting;
    }
}
