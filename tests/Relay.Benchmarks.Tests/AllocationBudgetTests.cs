using System.Reflection;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Relay.Testing;

namespace Relay.Benchmarks.Tests;

/// <summary>Each benchmark, run a thousand times without BenchmarkDotNet, allocates no more than allocation-budget.json allows it.</summary>
public sealed class AllocationBudgetTests
{
    private static readonly Dictionary<string, long> Budget =
        JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "allocation-budget.json")))!;

    public static TheoryData<string> Benchmarks => [.. All().Select(Name)];

    [Theory]
    [MemberData(nameof(Benchmarks))]
    public void Benchmark_KeepsItsBudget(string name)
    {
        var method = All().Single(method => Name(method) == name);
        Allocations.AssertAtMost(Budget[name], Runner(method), name);
    }

    [Fact]
    public void Budget_NamesEveryBenchmarkAndNothingElse() => Assert.Equal(All().Select(Name).Order(), Budget.Keys.Order());

    private static IEnumerable<MethodInfo> All() => typeof(ParseBenchmarks).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null);

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    // A delegate of the method's own type: calling it through reflection would box what it returns.
    private static Action Runner(MethodInfo method)
    {
        var instance = Activator.CreateInstance(method.DeclaringType!)!;
        if (method.ReturnType == typeof(void)) return method.CreateDelegate<Action>(instance);
        return (Action)typeof(AllocationBudgetTests).GetMethod(nameof(Discarding), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(method.ReturnType).Invoke(null, [method, instance])!;
    }

    private static Action Discarding<T>(MethodInfo method, object instance)
    {
        var run = method.CreateDelegate<Func<T>>(instance);
        return () => run();
    }
}
