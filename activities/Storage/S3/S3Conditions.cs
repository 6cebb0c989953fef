namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>Conditions of a put as S3 knows them.</summary>
internal static class S3Conditions
{
    /// <summary>
    /// A word of the writer's own that goes with the object (<c>x-amz-meta-…</c>). A put whose answer was lost is sent again by the SDK and then
    /// meets its own object: the word tells it from somebody else's.
    /// </summary>
    public const string Mark = "written-by";

    public static void Apply(PutCondition condition, Action<string> ifNoneMatch, Action<string> ifMatch)
    {
        switch (condition)
        {
            case PutCondition.Absent:
                ifNoneMatch("*");
                break;
            case PutCondition.Unchanged unchanged:
                ifMatch(unchanged.ETag);
                break;
            default:
                break;
        }
    }
}
