using System.Reflection;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Architecture.Tests.Contracts;

/// <summary>[Activity] is not inherited: a method without it is not registered, and one with another name is never called.</summary>
public sealed class ActivityImplementationTests
{
    private const int Steps = 16;

    [Fact]
    public void Activities_All_AreImplementedUnderTheSameName() =>
        Broken.None(Missing(typeof(RunRef).Assembly.GetExportedTypes(), typeof(Step).Assembly.GetTypes()));

    [Fact]
    public void ActivityInterfaces_All_AreFoundAndExtendNoOther()
    {
        var interfaces = Interfaces(typeof(RunRef).Assembly.GetExportedTypes()).ToList();

        Assert.Equal(Steps, interfaces.Count);
        Assert.All(interfaces, i => Assert.Empty(i.GetInterfaces()));
    }

    [Fact]
    public void Missing_NoClassNoAttributeOrAnotherName_IsFound()
    {
        Assert.Single(Missing([typeof(ISample)], []));
        Assert.Single(Missing([typeof(ISample)], [typeof(Unmarked)]));
        Assert.Single(Missing([typeof(ISample)], [typeof(Renamed)]));
        Assert.Empty(Missing([typeof(ISample)], [typeof(Good)]));
    }

    private static IEnumerable<string> Missing(IEnumerable<Type> contracts, IReadOnlyList<Type> implementations) =>
        from contract in Interfaces(contracts)
        from method in contract.GetMethods()
        where !implementations.Any(type => Implements(type, contract, method))
        select $"{contract.Name}.{method.Name} has no class with an activity named {Name(method)}";

    private static bool Implements(Type type, Type contract, MethodInfo method)
    {
        if (type.IsAbstract || !contract.IsAssignableFrom(type))
        {
            return false;
        }

        var map = type.GetInterfaceMap(contract);
        return Name(map.TargetMethods[Array.IndexOf(map.InterfaceMethods, method)]) == Name(method);
    }

    private static IEnumerable<Type> Interfaces(IEnumerable<Type> types) =>
        types.Where(t => t.IsInterface && t.GetMethods().Any(m => m.GetCustomAttribute<ActivityAttribute>() is not null));

    private static string? Name(MethodInfo method) => method.GetCustomAttribute<ActivityAttribute>() is { } activity
        ? activity.Name ?? (method.Name.EndsWith("Async", StringComparison.Ordinal) ? method.Name[..^"Async".Length] : method.Name)
        : null;

    public interface ISample
    {
        [Activity]
        Task DoAsync();
    }

    private sealed class Good : ISample
    {
        [Activity]
        public Task DoAsync() => Task.CompletedTask;
    }

    private sealed class Unmarked : ISample
    {
        public Task DoAsync() => Task.CompletedTask;
    }

    private sealed class Renamed : ISample
    {
        [Activity("DoIt")]
        public Task DoAsync() => Task.CompletedTask;
    }
}
