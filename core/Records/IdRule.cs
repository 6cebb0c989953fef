using System.Text;

namespace PersonalizeConnectors.Core.Records;

/// <summary>What Personalize allows as a user or item id: 1 to 256 characters, any Unicode.</summary>
public static class IdRule
{
    /// <summary>UTF-16 units.</summary>
    public const int MaxCharacters = 256;

    public const string Empty = "an empty id";
    public const string TooLong = "an id of more than 256 characters";

    /// <summary>Most UTF-8 bytes that one UTF-16 unit can take.</summary>
    private const int MaxBytesPerCharacter = 3;

    /// <param name="id">Valid UTF-8, not escaped.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Check(ReadOnlySpan<byte> id) =>
        id.IsEmpty ? Empty
        : id.Length <= MaxCharacters ? null
        : id.Length > MaxCharacters * MaxBytesPerCharacter || Encoding.UTF8.GetCharCount(id) > MaxCharacters ? TooLong
        : null;

    /// <inheritdoc cref="Check(ReadOnlySpan{byte})"/>
    public static string? Check(ReadOnlySpan<char> id) => id.IsEmpty ? Empty : id.Length > MaxCharacters ? TooLong : null;
}
