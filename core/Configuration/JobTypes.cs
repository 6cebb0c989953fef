namespace PersonalizeConnectors.Core.Configuration;

/// <summary>The job types: names of the folders below <c>etl_jobs/</c>.</summary>
public static class JobTypes
{
    public const string RelatedItems = "related_items";
    public const string UserPersonalization = "user_personalization";
    public const string PersonalizedRanking = "personalized_ranking";
    public const string UserSegmentation = "user_segmentation";

    /// <summary>Types that may stand in a job's path.</summary>
    public static IReadOnlyList<string> Known { get; } = [RelatedItems, UserPersonalization, PersonalizedRanking, UserSegmentation];

    /// <summary>Types whose jobs can run.</summary>
    public static IReadOnlyList<string> Supported { get; } = [RelatedItems, UserPersonalization, PersonalizedRanking];

    /// <summary>True where lines are keyed by item, and a mapping says which users they are for.</summary>
    public static bool IsItemKeyed(string jobType) => jobType == RelatedItems;
}
