using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>One way to write a user's recommendations as attributes.</summary>
internal interface IBrazeShape
{
    /// <summary>Users so far in whose lists Braze finds equal values, and drops all but one of them.</summary>
    long CollapsedUsers { get; }

    /// <summary>Appends members of the user's object, each with a comma before it.</summary>
    /// <param name="names">Gets the attribute names written, where Braze takes them.</param>
    /// <returns>Why Braze would not take them; null where it does.</returns>
    string? Write(scoped in UserUpdate update, ByteWriter target, ISet<string> names);
}
