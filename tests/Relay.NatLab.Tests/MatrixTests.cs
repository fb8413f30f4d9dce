using System.Collections.Concurrent;
using Relay.NatLab.Tests.Lab;
using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests;

/// <summary>Six classes of NAT against six, and UDP blocked against some: direct wherever a hole can be punched, relayed elsewhere.</summary>
[Collection("lab")]
public sealed class MatrixTests
{
    private const int AtOnce = 3;
    private const int FirstNumber = 20;

    private static readonly TimeSpan DirectWithin = TimeSpan.FromSeconds(2), FirstPingWithin = TimeSpan.FromSeconds(1);

    // A pair that cannot go direct is given this long to try.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task EveryPairOfNats_IsDirectWhereItCanBe_AndRelayedAtOnceElsewhere()
    {
        await using var lab = await LabInternet.CreateAsync();
        var classes = Enum.GetValues<NatClass>().Where(n => n != NatClass.UdpBlocked).ToList();
        List<(NatClass A, NatClass B)> pairs = [.. classes.SelectMany(a => classes.Select(b => (a, b))), (NatClass.UdpBlocked, NatClass.FullCone), (NatClass.Masquerade, NatClass.UdpBlocked), (NatClass.UdpBlocked, NatClass.UdpBlocked)];
        var cells = new ConcurrentBag<MatrixCell>();
        await Parallel.ForEachAsync(pairs.Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (pair, _) =>
            cells.Add(await RunAsync(lab, pair.Item.A, pair.Item.B, FirstNumber + (2 * pair.Index))));

        var square = cells.Where(c => c.A != NatClass.UdpBlocked && c.B != NatClass.UdpBlocked).ToList();
        LabResults.Write("matrix.txt", MatrixReport.Text(square));
        LabResults.Write("matrix.html", MatrixReport.Html(square));
        TestContext.Current.TestOutputHelper?.WriteLine(MatrixReport.Text(square));
        Assert.All(cells, cell =>
        {
            Assert.True(cell.Direct is not null == MatrixCell.CanBeDirect(cell.A, cell.B), $"{cell}");
            Assert.True(cell.FirstPing <= FirstPingWithin, $"the first ping took too long: {cell}");
            Assert.True(cell.Direct is null || cell.Direct <= DirectWithin, $"a direct path took too long: {cell}");
            Assert.True(cell.Lost == 0, $"pings were lost: {cell}");
            Assert.True(cell.Direct is null == cell.Why.Length > 0, $"no reason, or one too many: {cell}");
        });
    }

    private static async Task<MatrixCell> RunAsync(LabInternet lab, NatClass a, NatClass b, int number)
    {
        var (first, second) = (await lab.Internet.AddSiteAsync(a, number), await lab.Internet.AddSiteAsync(b, number + 1));
        await using var pair = await lab.AddPairAsync(first.Host, second.Host);
        await pair.StartAgentsAsync();
        var ping = pair.A.StartPing(pair.B, 0.05);
        var answered = await ping.FirstReplyAsync();
        DateTimeOffset? direct = null;
        if (MatrixCell.CanBeDirect(a, b)) direct = await pair.DirectAsync(TimeSpan.FromSeconds(15));
        else await Task.Delay(Patience, TimeProvider.System);
        await ping.MoreAsync(20);
        await ping.StopAsync();
        // A direct path that came although none was expected is a result, too.
        if (direct is null && pair.A.Events.FirstOrDefault(e => e.IsPath("direct")) is { } surprise) direct = surprise.Time;
        var why = (await pair.A.PeerStatusAsync()).GetProperty("why").GetString()!;
        return new MatrixCell(a, b, answered - ping.Started, direct - ping.Started, ping.Lost(), why);
    }
}
