using System.Text;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>The user-item mapping: every user's query items in row order, a repeated pair once.</summary>
internal sealed class ReferenceMapping
{
    private readonly Dictionary<string, List<string>> _itemsByUser = [];

    public ReferenceMapping(IEnumerable<string> texts)
    {
        foreach (var rows in texts.Select(text => Rows(text).ToList()).Where(rows => rows.Count > 0))
        {
            var user = rows[0].FindIndex(name => name.Equals("USER_ID", StringComparison.OrdinalIgnoreCase));
            var item = rows[0].FindIndex(name => name.Equals("ITEM_ID", StringComparison.OrdinalIgnoreCase));
            foreach (var row in rows.Skip(1))
            {
                RowCount++;
                if (row.Count <= Math.Max(user, item) || !IsId(row[user]) || !IsId(row[item]))
                {
                    Malformed++;
                    continue;
                }

                var items = _itemsByUser.TryGetValue(row[user], out var known) ? known : _itemsByUser[row[user]] = [];
                if (!items.Contains(row[item]))
                {
                    items.Add(row[item]);
                }
            }
        }
    }

    public long RowCount { get; }

    public long Malformed { get; }

    public IReadOnlyDictionary<string, List<string>> ItemsByUser => _itemsByUser;

    private static bool IsId(string text) => text.Length is > 0 and <= 256;

    private static IEnumerable<List<string>> Rows(string text)
    {
        var row = new List<string>();
        var field = new StringBuilder();
        var (quoted, wasQuoted) = (false, false);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (quoted && i < text.Length)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append(text[i++]);
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"' && field.Length == 0 && !wasQuoted)
            {
                (quoted, wasQuoted) = (true, true);
            }
            else if (c is ',' or '\n')
            {
                row.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    if (row.Count > 1 || row[0].Length > 0 || wasQuoted)
                    {
                        yield return row;
                    }

                    row = [];
                }

                wasQuoted = false;
            }
            else if (!(c == '\r' && i + 1 < text.Length && text[i + 1] == '\n') && !(c == '\r' && i + 1 == text.Length))
            {
                field.Append(c);
            }
        }
    }
}
