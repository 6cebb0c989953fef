using System.Text;

namespace PersonalizeConnectors.Local.Engine.Visibility;

internal enum TokenKind
{
    Word,
    Text,
    Number,
    Symbol,
    End,
}

/// <param name="Text">The word, the text without its quotes, the number's digits or the symbol.</param>
internal readonly record struct QueryToken(TokenKind Kind, string Text, int Position)
{
    public bool Is(string word) => Kind is TokenKind.Word or TokenKind.Symbol && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Cuts a query into tokens.</summary>
internal static class QueryTokens
{
    public static List<QueryToken> Of(string query)
    {
        var tokens = new List<QueryToken>();
        var i = 0;
        while (i < query.Length)
        {
            var c = query[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
                continue;
            }

            var token = c switch
            {
                '\'' or '"' => Text(query, i, out i),
                '`' => Quoted(query, i, out i),
                _ when char.IsDigit(c) || (c == '-' && i + 1 < query.Length && char.IsDigit(query[i + 1])) => Run(query, i, TokenKind.Number, IsNumber, out i),
                _ when char.IsLetter(c) || c == '_' => Run(query, i, TokenKind.Word, IsWord, out i),
                _ => Symbol(query, i, out i),
            };
            tokens.Add(token);
        }

        tokens.Add(new QueryToken(TokenKind.End, "", query.Length));
        return tokens;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.';

    private static bool IsNumber(char c) => char.IsDigit(c) || c is '.' or '-' or '+' or 'e' or 'E';

    private static QueryToken Run(string query, int start, TokenKind kind, Func<char, bool> belongs, out int end)
    {
        end = start + 1;
        while (end < query.Length && belongs(query[end]))
        {
            end++;
        }

        return new QueryToken(kind, query[start..end], start);
    }

    private static QueryToken Quoted(string query, int start, out int end)
    {
        var close = query.IndexOf('`', start + 1);
        end = close < 0 ? throw Open(start) : close + 1;
        return new QueryToken(TokenKind.Word, query[(start + 1)..close], start);
    }

    // A quote inside is doubled or has a backslash before it.
    private static QueryToken Text(string query, int start, out int end)
    {
        var text = new StringBuilder();
        for (var i = start + 1; i < query.Length; i++)
        {
            if (query[i] == '\\' && i + 1 < query.Length)
            {
                text.Append(query[++i]);
            }
            else if (query[i] != query[start])
            {
                text.Append(query[i]);
            }
            else if (i + 1 < query.Length && query[i + 1] == query[start])
            {
                text.Append(query[++i]);
            }
            else
            {
                end = i + 1;
                return new QueryToken(TokenKind.Text, text.ToString(), start);
            }
        }

        throw Open(start);
    }

    private static QueryToken Symbol(string query, int start, out int end)
    {
        foreach (var symbol in (ReadOnlySpan<string>)["!=", "<>", ">=", "<=", "=", ">", "<", "(", ")", ","])
        {
            if (query.AsSpan(start).StartsWith(symbol, StringComparison.Ordinal))
            {
                end = start + symbol.Length;
                return new QueryToken(TokenKind.Symbol, symbol, start);
            }
        }

        throw new FormatException($"unexpected '{query[start]}' at position {start + 1}");
    }

    private static FormatException Open(int start) => new($"the quote at position {start + 1} is not closed");
}
