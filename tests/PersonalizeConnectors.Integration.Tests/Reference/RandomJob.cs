using System.Globalization;
using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>
/// Writes a whole random root with one job, as odd as real inputs may be. The same seed gives the same bytes. Call <see cref="Write"/> again for a later
/// night: new batch output, metadata and mapping, and the same or other settings.
/// </summary>
internal sealed class RandomJob
{
    private readonly Random _random;
    private readonly string _root;
    private readonly RandomText _text;
    private readonly RandomFiles _files;
    private readonly string[] _users;
    private readonly string[] _items;
    private readonly string[] _goneItems;
    private readonly bool _hasMetadata;
    private JsonObject? _config;

    /// <param name="root">An empty folder.</param>
    /// <param name="jobType"><c>related_items</c>, <c>user_personalization</c> or <c>personalized_ranking</c>; null: any.</param>
    public RandomJob(int seed, string root, string? jobType = null)
    {
        _random = new(seed);
        _root = root;
        _text = new(_random);
        _files = new(_random);
        JobType = jobType ?? Pick("related_items", "user_personalization", "personalized_ranking");
        _users = _text.Ids(_random.Next(1, 61), "u");
        _items = _text.Ids(_random.Next(1, 41), "i");
        _goneItems = _text.Ids(3, "gone");
        _hasMetadata = _random.Next(8) > 0;
    }

    public string JobType { get; }

    /// <summary>Below the root.</summary>
    public string JobPath => $"etl_jobs/{JobType}/random";

    private bool IsItemKeyed => JobType == "related_items";

    /// <summary>Replaces the root's content.</summary>
    /// <param name="newConfig">Draw new settings, too; always done the first time.</param>
    public void Write(bool newConfig = false)
    {
        foreach (var folder in new[] { "batch", JobPath + "/input" }.Select(f => Path.Combine(_root, f)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        _config = newConfig || _config is null ? RandomConfig.Draw(_random, JobType) : _config;
        var known = _hasMetadata ? _items.Where((_, i) => i == 0 || _random.Next(10) > 0).ToArray() : _items;
        RandomFiles.WriteText(Path.Combine(_root, JobPath, "config.json"), "// drawn\n" + _config.ToJsonString());
        _files.WriteLines(Path.Combine(_root, "batch", "run"), "part", ".out", BatchLines(known), mayZip: false);
        RandomFiles.WriteText(Path.Combine(_root, "batch", "run", "_CHECK"), "{}");
        RandomFiles.WriteText(Path.Combine(_root, "batch", "run", "job_config.json"), "{\"input\":\"no result\"}\n");
        if (IsItemKeyed)
        {
            RandomMapping.Write(_random, _files, Path.Combine(_root, JobPath, "input", "user_item_mapping"), _users, [.. _items, .. _goneItems]);
        }

        if (_hasMetadata)
        {
            _files.WriteLines(
                Path.Combine(_root, JobPath, "input", "item_metadata"), "meta", Pick(".json", ".jsonl"), new RandomMetadata(_random, _text).Lines(known), mayZip: true);
        }
    }

    private List<string> BatchLines(string[] known)
    {
        var queries = (IsItemKeyed ? _items : _users).Where((_, i) => i == 0 || _random.Next(12) > 0).ToArray();
        var lines = queries.Select(Line).ToList();

        // What is replaced recommends nothing that the metadata may lack, so that unknown items are the same before and after replacement.
        lines.InsertRange(0, queries.Where(_ => _random.Next(8) == 0).Select(query => ResultLine(query, Recommended(known))));
        for (var odd = _random.Next(4); odd > 0; odd--)
        {
            lines.Insert(_random.Next(lines.Count + 1), OddLine());
        }

        return lines;
    }

    private string Line(string query) => _random.Next(14) switch
    {
        0 => ErrorLine(query),
        1 => ResultLine(query, []),
        _ => ResultLine(query, Recommended(_random.Next(6) == 0 ? [.. _items, .. _goneItems] : _items)),
    };

    private string[] Recommended(string[] pool) => [.. Enumerable.Range(0, _random.Next(1, 16)).Select(_ => pool[_random.Next(pool.Length)])];

    private string ResultLine(string query, string[] items)
    {
        List<string> output = [$"\"recommendedItems\":[{string.Join(',', items.Select(_text.Json))}]"];
        if (!IsItemKeyed && _random.Next(10) > 0)
        {
            output.Add($"\"scores\":[{string.Join(',', Scores(items.Length))}]");
        }

        if (IsItemKeyed && _random.Next(6) == 0)
        {
            output.Add($"\"theme\":{_text.Json("Theme \"" + _random.Next(3) + "\".")}");
        }

        if (_random.Next(10) == 0)
        {
            output.Add("\"reasons\":[[\"exploration\"],[]]");
        }

        List<string> members = [Input(query), $"\"output\":{{{string.Join(',', output)}}}"];
        members.AddRange(_random.Next(4) switch { 0 => [], 1 => ["\"error\":\"\""], _ => ["\"error\":null"] });
        return Shuffle(members);
    }

    private string ErrorLine(string query)
    {
        var error = $"\"error\":{_text.Json(Pick("User error: no.", "Internal \"error\".", "Zeitüberschreitung"))}";
        return Shuffle(_random.Next(4) switch
        {
            0 => [Input(query), error],
            1 => [Input(query), "\"output\":null", error],
            2 => [Input(query), "\"output\":null", "\"error\":null"],
            _ => [Input(query), "\"output\":{\"recommendedItems\":[]}", error],
        });
    }

    private string OddLine() => Pick(
        "{\"input\":{},\"output\":{\"recommendedItems\":[]},\"error\":\"User error: an id is required.\"}",
        "{\"input\":{},\"output\":{\"recommendedItems\":[\"1\"]},\"error\":null}",
        "{\"input\":",
        "not json",
        "[1]",
        "",
        "  ");

    private string Input(string query)
    {
        List<string> members = [$"\"{(IsItemKeyed ? "itemId" : "userId")}\":{_text.Json(query)}"];
        if (JobType == "personalized_ranking")
        {
            members.Add($"\"itemList\":[{string.Join(',', _items.Take(3).Select(_text.Json))}]");
        }

        if (_random.Next(8) == 0)
        {
            members.Insert(0, "\"filterValues\":{\"A\":\"\\\"x\\\"\"}");
        }

        return $"\"input\":{{{string.Join(',', members)}}}";
    }

    private IEnumerable<string> Scores(int count)
    {
        var length = _random.Next(6) == 0 ? _random.Next(count + 1) : count;
        return Enumerable.Range(0, length).Select(_ => _random.Next(12) switch
        {
            0 => "null",
            1 => $"{_random.Next(1, 10)}.{_random.Next(100)}E-{_random.Next(1, 9)}",
            2 => "0.0",
            _ => "0." + _random.Next(1_000_000).ToString("D6", CultureInfo.InvariantCulture) + _random.Next(10),
        });
    }

    private string Shuffle(List<string> members)
    {
        if (_random.Next(6) == 0)
        {
            _random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(members));
        }

        return _random.Next(6) == 0 ? $"{{ {string.Join(" , ", members)} }}" : $"{{{string.Join(',', members)}}}";
    }

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
