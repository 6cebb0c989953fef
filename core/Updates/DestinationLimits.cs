namespace PersonalizeConnectors.Core.Updates;

/// <summary>What destinations take at most, where it decides about the content of an update.</summary>
public static class DestinationLimits
{
    /// <summary>
    /// Recommendations of one user: Braze's limit of values in an array attribute. Destinations without a limit of their own get the same,
    /// so that a user has the same list everywhere; <c>maxRecommendations</c> changes it.
    /// </summary>
    public const int Recommendations = 500;
}
