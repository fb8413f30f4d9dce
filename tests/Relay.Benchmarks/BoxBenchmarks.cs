using BenchmarkDotNet.Attributes;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Benchmarks;

/// <summary>The proof of a key: once a connection. The floor is agreeing on the secret (X25519).</summary>
[MemoryDiagnoser]
public class BoxBenchmarks : IDisposable
{
    private readonly NodePrivateKey _relay = NodePrivateKey.Generate();
    private readonly NodePrivateKey _client = NodePrivateKey.Generate();
    private readonly byte[] _hello;

    /// <summary>Seals the hello that is opened.</summary>
    public BoxBenchmarks() => _hello = new ClientInfo().ToFrame(_client, _relay.Public);

    /// <summary>The secret alone.</summary>
    [Benchmark(Baseline = true)]
    public void Agree() => _relay.DeriveBox(_client.Public)!.Dispose();

    /// <summary>What the relay does to believe a client.</summary>
    [Benchmark]
    public ClientInfoStatus OpenClientInfo() => ClientInfo.TryRead(_hello.AsSpan(FrameHeader.Size), _relay, out _, out _);

    /// <summary>What it answers.</summary>
    [Benchmark]
    public byte[] SealServerInfo() => new ServerInfo().ToFrame(_relay, _client.Public);

    /// <inheritdoc/>
    public void Dispose()
    {
        _relay.Dispose();
        _client.Dispose();
        GC.SuppressFinalize(this);
    }
}
