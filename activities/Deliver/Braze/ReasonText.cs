using System.Text;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>Makes a foreign error text fit for reports: short, on one line, without the key and without the user's id.</summary>
internal static class ReasonText
{
    private const int MaxCharacters = 200;
    private const string Removed = "…";

    public static string Clean(string text, string key, string userId)
    {
        var clean = new StringBuilder(Replace(key.Length == 0 ? text : text.Replace(key, Removed, StringComparison.Ordinal), userId));
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = char.IsControl(clean[i]) ? ' ' : clean[i];
        }

        var length = Math.Min(clean.Length, MaxCharacters);
        return clean.ToString(0, length > 0 && char.IsHighSurrogate(clean[length - 1]) ? length - 1 : length);
    }

    // As a word of its own: the id "8" must not tear "988 bytes" apart.
    private static string Replace(string text, string userId)
    {
        if (userId.Length == 0)
        {
            return text;
        }

        var result = new StringBuilder();
        var start = 0;
        int found;
        while ((found = text.IndexOf(userId, start, StringComparison.Ordinal)) >= 0)
        {
            var end = found + userId.Length;
            var isWord = (found == 0 || !char.IsLetterOrDigit(text[found - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]));
            result.Append(text, start, found - start).Append(isWord ? Removed : userId);
            start = end;
        }

        return result.Append(text, start, text.Length - start).ToString();
    }
}
