using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>
/// One connector's run over a job, worked out slowly and plainly from the files: who is new, changed, unchanged or removed, what is written and
/// sent, and the state after it. It assumes a destination that accepts everything that passes <see cref="BrazeRules.Problem"/>.
/// </summary>
internal sealed class ReferenceRun
{
    private readonly ReferenceInput _input;
    private readonly ReferenceConnector _connector;
    private readonly ReferenceOptions _options;
    private readonly ReferenceState _state;
    private readonly Dictionary<string, ReferenceEntry> _next;
    private readonly HashSet<string> _names;

    private ReferenceRun(ReferenceInput input, ReferenceConnector connector, ReferenceState state, ReferenceOptions options)
    {
        (_input, _connector, _state, _options) = (input, connector, state, options);
        _next = new(state.Users);
        _names = [.. state.Names];
    }

    /// <summary>Users with a list, and those whose errors leave their old one in place.</summary>
    public long Total { get; private set; }

    public List<string> New { get; } = [];

    public List<string> Changed { get; } = [];

    public List<string> Unchanged { get; } = [];

    public List<string> Removed { get; } = [];

    /// <summary>What every user of the input with a list shall have, as sent: attribute name and JSON text.</summary>
    public Dictionary<string, SortedDictionary<string, string>> Attributes { get; } = [];

    /// <summary>What is sent, by user; null clears an attribute.</summary>
    public Dictionary<string, SortedDictionary<string, string>> Sent { get; } = [];

    /// <summary>Updates that never leave, since Braze would refuse or drop a part of them; with the reason.</summary>
    public Dictionary<string, string> Rejected { get; } = [];

    /// <summary>The records of the users that are written, a user's together.</summary>
    public List<JsonObject> Records { get; } = [];

    /// <summary>The state after the run.</summary>
    public ReferenceState Next => new(_next, _names);

    public static ReferenceRun Of(ReferenceInput input, ReferenceConnector connector, ReferenceState state, ReferenceOptions options)
    {
        var run = new ReferenceRun(input, connector, state, options);
        run.Go();
        return run;
    }

    private void Go()
    {
        var seen = new HashSet<string>();
        foreach (var (id, queries) in _input.Users().Where(user => _options.Users?.Contains(user.User) != false))
        {
            seen.Add(id);
            Visit(ReferenceUser.Of(id, queries, _input, _connector));
        }

        foreach (var id in _state.Users.Keys.Where(id => !seen.Contains(id)))
        {
            Remove(id);
        }
    }

    private void Visit(ReferenceUser user)
    {
        var known = _state.Users.GetValueOrDefault(user.Id);
        if (user.IsLeftAlone)
        {
            if (known is { IsGone: false })
            {
                Total++;
                Unchanged.Add(user.Id);
            }
        }
        else if (user.Choices.Count > 0)
        {
            Set(user, known);
        }
        else
        {
            Remove(user.Id);
        }
    }

    private void Set(ReferenceUser user, ReferenceEntry? known)
    {
        Total++;
        var content = Content(user);
        var attributes = ReferenceShapes.Attributes(user.Choices, _input, _connector);
        Attributes[user.Id] = attributes;
        var list = known is null ? New : known.Content == content ? Unchanged : Changed;
        list.Add(user.Id);
        if (list != Unchanged || _options.FullResync || !_connector.DeltaCheck)
        {
            Records.AddRange(ReferenceRecords.Of(user, _input, _connector, _options.Start));
            Send(user.Id, attributes, new(content, IsGone: false));
        }
        else if (known!.IsGone)
        {
            _next[user.Id] = known with { IsGone = false };
        }
    }

    private void Remove(string id)
    {
        var clears = _connector.OnRemoved == "clear";
        if (!_state.Users.TryGetValue(id, out var known) || _options.Users is not null || (known.IsGone && !clears))
        {
            return;
        }

        Removed.Add(id);
        if (clears)
        {
            Send(id, new(_state.Names.ToDictionary(name => name, _ => "null"), StringComparer.Ordinal), null);
        }
        else
        {
            _next[id] = known with { IsGone = true };
        }
    }

    private void Send(string id, SortedDictionary<string, string> attributes, ReferenceEntry? after)
    {
        if (BrazeRules.Problem(attributes) is { } problem)
        {
            Rejected[id] = problem;
            return;
        }

        Sent[id] = attributes;
        if (_options.IsUnanswered)
        {
            after = new(Content: null, IsGone: after is null && _state.Users[id].IsGone);
        }

        if (after is null)
        {
            _next.Remove(id);
            return;
        }

        _next[id] = after;
        _names.UnionWith(attributes.Keys);
    }

    // What a fingerprint is made of: settings that reach the destination, and per recommendation the rendered item, score and query item where sent.
    private string Content(ReferenceUser user) => string.Join('\n',
    [
        _connector.Prefix, _connector.Shape, _connector.Identifier, _connector.AliasLabel ?? "",
        $"{_connector.UpdateExistingOnly} {_connector.IncludeScores} {_connector.IncludeQueryItems && _input.Mapping is not null}",
        ReferenceJson.List((_connector.Fields ?? ["*"]).Select(ReferenceJson.Text)),
        ReferenceJson.Object(_connector.OtherAttributes),
        .. user.Choices.Select(choice => string.Join(' ',
            ReferenceJson.Object(_input.Catalog.FieldsOf(choice.ItemId, _connector.Fields).Select(f => KeyValuePair.Create(f.Key, f.Value.GetRawText()))),
            ReferenceJson.Text(choice.ItemId),
            _connector.IncludeScores ? choice.Score : "",
            _connector.IncludeQueryItems ? choice.QueryItem : "")),
    ]);
}
