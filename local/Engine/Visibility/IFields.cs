namespace PersonalizeConnectors.Local.Engine.Visibility;

/// <summary>The fields of something that a query is about.</summary>
internal interface IFields
{
    object? this[string name] { get; }
}

/// <summary>A value that only its field's type could tell from a text.</summary>
internal sealed record TextOrTime(string Text, DateTimeOffset Time)
{
    public override string ToString() => Text;
}
