namespace PersonalizeConnectors.Core.Configuration.Destinations;

/// <summary>The destinations that this version knows.</summary>
public static class DestinationRules
{
    public static IReadOnlyList<IDestinationRules> All { get; } = [BrazeRules.Instance];

    /// <summary>The rules of a connector's <c>type</c>, or null for an unknown one.</summary>
    public static IDestinationRules? Find(string type) => All.FirstOrDefault(rules => rules.Type == type);
}
