using System.Runtime.CompilerServices;
using PersonalizeConnectors.Activities.Storage.Local;

namespace PersonalizeConnectors.Activities.Storage.Overlay;

/// <summary>Two listings in key order as one; where both have a key, the second one's stands.</summary>
internal static class MergedListing
{
    /// <param name="keyOf">What both are in the order of.</param>
    public static async IAsyncEnumerable<T> MergeAsync<T>(
        IAsyncEnumerable<T> below, IAsyncEnumerable<T> above, Func<T, string> keyOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var lower = below.GetAsyncEnumerator(cancellationToken);
        await using var upper = above.GetAsyncEnumerator(cancellationToken);
        var hasLower = await lower.MoveNextAsync();
        var hasUpper = await upper.MoveNextAsync();
        while (hasLower || hasUpper)
        {
            var order = !hasLower ? 1 : !hasUpper ? -1 : Utf8Order.Instance.Compare(keyOf(lower.Current), keyOf(upper.Current));
            yield return order < 0 ? lower.Current : upper.Current;
            hasLower = order <= 0 ? await lower.MoveNextAsync() : hasLower;
            hasUpper = order >= 0 ? await upper.MoveNextAsync() : hasUpper;
        }
    }
}
