using System.Globalization;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Engine.Visibility;

/// <summary>Values in queries and fields, and their order.</summary>
internal static class FieldValues
{
    /// <summary>A literal as its field's type reads it; null when it cannot.</summary>
    public static object? Parse(string literal, IndexedValueType type) => type switch
    {
        IndexedValueType.Int or IndexedValueType.Double =>
            double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        IndexedValueType.Bool => bool.TryParse(literal, out var truth) ? truth : null,
        IndexedValueType.Datetime =>
            DateTimeOffset.TryParse(literal, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null,
        _ => literal,
    };

    /// <summary>How a field's value stands to a literal of its type; texts by their code points.</summary>
    public static int Compare(object value, object literal) => (value, literal) switch
    {
        (double a, double b) => a.CompareTo(b),
        (bool a, bool b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (TextOrTime a, DateTimeOffset b) => a.Time.CompareTo(b),
        _ => string.CompareOrdinal(
            Convert.ToString(value, CultureInfo.InvariantCulture), Convert.ToString(literal, CultureInfo.InvariantCulture)),
    };
}
