using System.Buffers;

namespace Relay.Testing;

/// <summary>One input in all the pieces a network may deliver it in: a parser's result may depend on none of them.</summary>
public static class Splits
{
    /// <summary>
    /// The input whole, cut in two at every byte, and a byte at a time. For n bytes that is n + 1 lists of chunks; no
    /// chunk is empty (an empty input is one empty list).
    /// </summary>
    public static IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Of(ReadOnlyMemory<byte> input)
    {
        if (input.IsEmpty)
        {
            yield return [];
            yield break;
        }

        yield return [input];
        for (var cut = 1; cut < input.Length; cut++) yield return [input[..cut], input[cut..]];
        if (input.Length > 2) yield return BytePerChunk(input);
    }

    /// <summary>The chunks as one sequence, a segment each.</summary>
    public static ReadOnlySequence<byte> ToSequence(IReadOnlyList<ReadOnlyMemory<byte>> chunks)
    {
        if (chunks.Count == 0) return ReadOnlySequence<byte>.Empty;
        var first = new Segment(chunks[0], null);
        var last = first;
        foreach (var chunk in chunks.Skip(1)) last = new Segment(chunk, last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static ReadOnlyMemory<byte>[] BytePerChunk(ReadOnlyMemory<byte> input)
    {
        var chunks = new ReadOnlyMemory<byte>[input.Length];
        for (var i = 0; i < chunks.Length; i++) chunks[i] = input.Slice(i, 1);
        return chunks;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
