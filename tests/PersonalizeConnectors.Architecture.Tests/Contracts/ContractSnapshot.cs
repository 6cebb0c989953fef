using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Temporalio.Activities;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Architecture.Tests.Contracts;

/// <summary>Every name and payload shape that runs under way and other programs rely on, as text.</summary>
internal sealed class ContractSnapshot
{
    private readonly SortedDictionary<string, string> _records = new(StringComparer.Ordinal);
    private readonly NullabilityInfoContext _nullability = new();

    /// <param name="assembly">The one with the workflows and the activity interfaces.</param>
    public static string Of(Assembly assembly) => Of(assembly.GetExportedTypes());

    public static string Of(IEnumerable<Type> types) => new ContractSnapshot().Describe([.. types.OrderBy(t => t.Name, StringComparer.Ordinal)]);

    private string Describe(IReadOnlyList<Type> types)
    {
        var text = new StringBuilder();
        foreach (var type in types.Where(t => t.GetCustomAttribute<WorkflowAttribute>() is not null))
        {
            text.Append(Line("workflow", type.GetCustomAttribute<WorkflowAttribute>()!.Name ?? type.Name, Marked<WorkflowRunAttribute>(type).Single()));
            foreach (var handler in type.GetMethods().Order(ByName).Select(Handler).OfType<string>())
            {
                text.Append("  ").Append(handler);
            }
        }

        foreach (var method in types.Where(t => t.IsInterface).SelectMany(Marked<ActivityAttribute>).Order(ByName))
        {
            text.Append(Line("activity", Name(method.GetCustomAttribute<ActivityAttribute>()!.Name, method), method));
        }

        foreach (var constants in types.Where(t => t.IsAbstract && t.IsSealed && t.Namespace!.EndsWith(".Contracts", StringComparison.Ordinal)))
        {
            foreach (var constant in constants.GetFields().Where(f => f.IsLiteral).OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                text.Append("constant ").Append(constants.Name).Append('.').Append(constant.Name).Append(" = ").Append(constant.GetRawConstantValue()).Append('\n');
            }
        }

        return text.Append(string.Concat(_records.Values)).ToString();
    }

    private static Comparer<MethodInfo> ByName { get; } = Comparer<MethodInfo>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name));

    private static IEnumerable<MethodInfo> Marked<T>(Type type)
        where T : Attribute => type.GetMethods().Where(m => m.GetCustomAttribute<T>() is not null);

    private string? Handler(MethodInfo method) =>
        method.GetCustomAttribute<WorkflowQueryAttribute>() is { } query ? Line("query", Name(query.Name, method), method)
        : method.GetCustomAttribute<WorkflowSignalAttribute>() is { } signal ? Line("signal", Name(signal.Name, method), method)
        : method.GetCustomAttribute<WorkflowUpdateAttribute>() is { } update ? Line("update", Name(update.Name, method), method)
        : null;

    // As the SDK names what has no name of its own.
    private static string Name(string? given, MethodInfo method) =>
        given ?? (method.Name.EndsWith("Async", StringComparison.Ordinal) ? method.Name[..^"Async".Length] : method.Name);

    private string Line(string kind, string name, MethodInfo method)
    {
        var inputs = string.Join(", ", method.GetParameters().Select(p => Shape(_nullability.Create(p))));
        return $"{kind} {name}({inputs}) -> {Shape(_nullability.Create(method.ReturnParameter))}\n";
    }

    private string Shape(NullabilityInfo info)
    {
        var type = info.Type;
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Named(value) + "?";
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
        {
            return Shape(info.GenericTypeArguments[0]);
        }

        var optional = !type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";
        return type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", info.GenericTypeArguments.Select(Shape))}>{optional}"
            : Named(type) + optional;
    }

    private string Named(Type type)
    {
        if (type.Namespace?.StartsWith("PersonalizeConnectors", StringComparison.Ordinal) is true && !_records.ContainsKey(type.Name))
        {
            // Before its properties, so that a record which holds itself ends.
            _records.Add(type.Name, "");
            _records[type.Name] = Record(type);
        }

        return type.Name;
    }

    private string Record(Type type)
    {
        var text = new StringBuilder($"record {type.Name}\n");
        foreach (var property in type.GetProperties().Where(IsWritten).OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            var required = property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute), false) ? "required " : "";
            var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            text.Append("  ").Append(required).Append(name).Append(": ").Append(Shape(_nullability.Create(property))).Append('\n');
        }

        return text.ToString();
    }

    private static bool IsWritten(PropertyInfo property) =>
        property.GetMethod is { IsPublic: true, IsStatic: false } && property.GetCustomAttribute<JsonIgnoreAttribute>() is null;
}
