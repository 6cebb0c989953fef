using System.Globalization;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Engine.Visibility;

/// <summary>
/// Temporal's list filter: comparisons of fields with values, IN, BETWEEN, STARTS_WITH, IS NULL, joined by AND, OR, NOT and
/// parentheses. ORDER BY is read and not heeded.
/// </summary>
internal sealed class VisibilityQuery
{
    private readonly List<QueryToken> _tokens;
    private readonly Func<string, IndexedValueType?> _typeOf;
    private int _at;

    private VisibilityQuery(string query, Func<string, IndexedValueType?> typeOf)
    {
        _tokens = QueryTokens.Of(query);
        _typeOf = typeOf;
    }

    private QueryToken Now => _tokens[_at];

    /// <summary>The condition that a query states. Throws <see cref="FormatException"/> for one that cannot be read.</summary>
    /// <param name="typeOf">The type of a field; null for an unknown one.</param>
    public static Predicate<IFields> Parse(string query, Func<string, IndexedValueType?> typeOf)
    {
        var parser = new VisibilityQuery(query, typeOf);
        var condition = parser.Now.Kind == TokenKind.End || parser.Now.Is("ORDER") ? _ => true : parser.Or();
        parser.SkipOrder();
        return parser.Now.Kind == TokenKind.End ? condition : throw parser.Unexpected("the end");
    }

    private Predicate<IFields> Or()
    {
        var left = And();
        while (Skip("OR"))
        {
            var (first, second) = (left, And());
            left = fields => first(fields) || second(fields);
        }

        return left;
    }

    private Predicate<IFields> And()
    {
        var left = Not();
        while (Skip("AND"))
        {
            var (first, second) = (left, Not());
            left = fields => first(fields) && second(fields);
        }

        return left;
    }

    private Predicate<IFields> Not()
    {
        if (Skip("NOT"))
        {
            var inner = Not();
            return fields => !inner(fields);
        }

        if (!Skip("("))
        {
            return Comparison();
        }

        var group = Or();
        Expect(")");
        return group;
    }

    private Predicate<IFields> Comparison()
    {
        var name = Now.Kind == TokenKind.Word ? Next().Text : throw Unexpected("a field");
        if (_typeOf(name) is not { } type)
        {
            throw new FormatException($"invalid search attribute: {name}");
        }

        if (Skip("IS"))
        {
            var isNegated = Skip("NOT");
            Expect("NULL");
            return fields => (fields[name] is null) != isNegated;
        }

        var isNot = Skip("NOT");
        var test = Test(type);
        return isNot ? fields => fields[name] is { } value && !test(value) : fields => fields[name] is { } value && test(value);
    }

    private Predicate<object> Test(IndexedValueType type)
    {
        var symbol = Next();
        switch (symbol.Text.ToUpperInvariant())
        {
            case "=":
                return Same(Value(type));
            case "!=" or "<>":
                var other = Same(Value(type));
                return value => !other(value);
            case ">" or ">=" or "<" or "<=":
                var limit = Value(type);
                return value => Fits(symbol.Text, FieldValues.Compare(value, limit));
            case "IN":
                var any = Values(type).ConvertAll(Same);
                return value => any.Exists(same => same(value));
            case "BETWEEN":
                var from = Value(type);
                Expect("AND");
                var to = Value(type);
                return value => FieldValues.Compare(value, from) >= 0 && FieldValues.Compare(value, to) <= 0;
            case "STARTS_WITH":
                var prefix = Convert.ToString(Value(type), CultureInfo.InvariantCulture) ?? "";
                return value => value.ToString()!.StartsWith(prefix, StringComparison.Ordinal);
            default:
                _at--;
                throw Unexpected("a comparison");
        }
    }

    private static Predicate<object> Same(object wanted) => value =>
        value is string[] list ? Array.Exists(list, v => FieldValues.Compare(v, wanted) == 0) : FieldValues.Compare(value, wanted) == 0;

    private static bool Fits(string symbol, int order) => symbol switch
    {
        ">" => order > 0,
        ">=" => order >= 0,
        "<" => order < 0,
        _ => order <= 0,
    };

    private List<object> Values(IndexedValueType type)
    {
        var values = new List<object>();
        Expect("(");
        do
        {
            values.Add(Value(type));
        }
        while (Skip(","));
        Expect(")");
        return values;
    }

    private object Value(IndexedValueType type)
    {
        var token = Next();
        var isValue = token.Kind is TokenKind.Text or TokenKind.Number || token.Is("true") || token.Is("false");
        if (!isValue)
        {
            _at--;
            throw Unexpected("a value");
        }

        return FieldValues.Parse(token.Text, type) ?? throw new FormatException($"'{token.Text}' at position {token.Position + 1} is no {type}");
    }

    private void SkipOrder()
    {
        if (Skip("ORDER"))
        {
            Expect("BY");
            do
            {
                Next();
                _ = Skip("ASC") || Skip("DESC");
            }
            while (Skip(","));
        }
    }

    private QueryToken Next() => Now.Kind == TokenKind.End ? throw Unexpected("more") : _tokens[_at++];

    private bool Skip(string word)
    {
        if (!Now.Is(word))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(string word)
    {
        if (!Skip(word))
        {
            throw Unexpected(word);
        }
    }

    private FormatException Unexpected(string expected) =>
        new($"expected {expected} at position {Now.Position + 1}, found {(Now.Kind == TokenKind.End ? "the end" : $"'{Now.Text}'")}");
}
