using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Relay.Testing;

namespace Relay.Server.Tests.Admission;

/// <summary>An admission service without a network: answers as the test says, and remembers what it was asked.</summary>
internal sealed class FakeService : HttpMessageHandler
{
    private readonly ConcurrentQueue<string> _questions = new();
    private volatile TaskCompletionSource? _hold;
    private int _asked;

    public Func<HttpResponseMessage> Answer { get; set; } = () => Json("{\"Allow\":true}");

    public IReadOnlyCollection<string> Questions => _questions;

    /// <summary>A question is there that is not answered yet.</summary>
    public bool IsAsked => Volatile.Read(ref _asked) > 0;

    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    /// <summary>Lets questions wait from now on, until the result is completed.</summary>
    public TaskCompletionSource Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task AskedAsync(int times) => Eventually.True(() => _questions.Count >= times, $"{times} questions");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        try
        {
            Assert.Equal(HttpMethod.Post, request.Method);
            _questions.Enqueue(await request.Content!.ReadAsStringAsync(cancellationToken));
            if (_hold is { } hold) await hold.Task.WaitAsync(cancellationToken);
            return Answer();
        }
        finally
        {
            Interlocked.Decrement(ref _asked);
        }
    }
}
