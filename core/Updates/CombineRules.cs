using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Core.Updates;

/// <summary>What a connector leaves of the lists of a user's query items.</summary>
/// <param name="MinScore">Recommendations below it are left out; one without a score passes. Null: off.</param>
/// <param name="DropUnknown">Items that the metadata lacks are left out.</param>
/// <param name="MaxRecommendations">At most so many.</param>
/// <param name="KeepScores">The connector looks at scores or sends them.</param>
public readonly record struct CombineRules(Combine Combine, double? MinScore, bool DropUnknown, int MaxRecommendations, bool KeepScores)
{
    /// <param name="destinationLimit">As many as the destination takes; holds where the connector names no number.</param>
    public static CombineRules Of(ConnectorConfiguration connector, int destinationLimit) => new(
        connector.Combine,
        connector.MinScore,
        connector.UnknownItems == UnknownItems.Drop,
        connector.MaxRecommendations ?? destinationLimit,
        connector.IncludeScores || connector.MinScore is not null);
}
