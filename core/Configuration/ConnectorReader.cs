using System.Globalization;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Core.Configuration.Destinations;

namespace PersonalizeConnectors.Core.Configuration;

/// <summary>Reads one connector.</summary>
internal sealed partial class ConnectorReader(ConfigProperty property, string parent, ProblemList problems)
{
    public const string PerformDeltaCheck = "performDeltaCheck";
    public const string ItemMetadataFields = "itemMetadataFields";
    public const string AttributePrefix = "attributePrefix";
    public const string OtherAttributes = "otherAttributes";
    public const string AliasLabel = "aliasLabel";

    private const string ResendAfterDays = "resendAfterDays";

    /// <summary>With updateExistingOnly: Braze accepts updates of users that it does not know yet, and forgets them.</summary>
    private const int ResendUnknownAfterDays = 30;

    /// <summary>A week: longer than any outage is worth waiting for.</summary>
    private const double MaxPatienceSeconds = 7 * 24 * 3600;

    private readonly ConfigSection _section = new(property.Value, JsonPath.Child(parent, property.Name), problems);

    public ConnectorConfiguration Read(bool performDeltaCheck)
    {
        var fallback = new ConnectorConfiguration { Name = property.Name, Type = property.Name };
        if (!Name().IsMatch(property.Name))
        {
            problems.Add(
                _section.Path, property.Line, $"the name {property.RawName}",
                "a name of at most 64 letters, digits, dots, dashes and underscores that begins with a letter or digit: it becomes a folder");
        }

        if (property.Value.Kind != NodeKind.Object)
        {
            problems.Add(_section.Path, property.Value.Line, property.Value.Show(), "an object with the connector's settings, {} for the defaults");
            return fallback;
        }

        var rules = ReadType(out var type);
        var objects = (rules ?? BrazeRules.Instance).ObjectsPerRequest;
        var bytes = (rules ?? BrazeRules.Instance).BytesPerRequest;
        var updateExistingOnly = _section.Boolean("updateExistingOnly", false);
        var queue = ReadQueue();
        var connector = fallback with
        {
            Type = type,
            PerformDeltaCheck = _section.Boolean(PerformDeltaCheck, performDeltaCheck),
            ItemMetadataFields = ReadFields(),
            AttributePrefix = ReadPrefix() ?? fallback.AttributePrefix,
            AttributePrefixIsSet = _section.Has(AttributePrefix),
            OtherAttributes = ReadOtherAttributes(),
            AttributeShape = _section.Choice(
                "attributeShape",
                fallback.AttributeShape,
                ("parallelArrays", AttributeShape.ParallelArrays),
                ("arrayOfObjects", AttributeShape.ArrayOfObjects),
                ("itemIds", AttributeShape.ItemIds)),
            MaxRecommendations = (int?)_section.NullableInteger("maxRecommendations", null, 1, (rules ?? BrazeRules.Instance).MaxRecommendations),
            MinScore = _section.NullableNumber("minScore", null, double.MinValue, double.MaxValue),
            IncludeScores = _section.Boolean("includeScores", false),
            IncludeQueryItems = _section.Boolean("includeQueryItems", false),
            Combine = _section.Choice("combine", fallback.Combine, ("interleave", Combine.Interleave), ("first", Combine.First)),
            UnknownItems = _section.Choice(
                "unknownItems", fallback.UnknownItems, ("drop", UnknownItems.Drop), ("keep", UnknownItems.Keep), ("fail", UnknownItems.Fail)),
            OnRemoved = _section.Choice("onRemoved", fallback.OnRemoved, ("keep", OnRemoved.Keep), ("clear", OnRemoved.Clear)),
            UpdateExistingOnly = updateExistingOnly,
            Identifier = _section.Choice(
                "identifier", fallback.Identifier, ("external_id", UserIdentifier.ExternalId), ("user_alias", UserIdentifier.UserAlias)),
            AliasLabel = _section.Text(AliasLabel, "the label of the aliases", nullable: true),
            ResendAfterDays = (int?)_section.NullableInteger(ResendAfterDays, updateExistingOnly ? ResendUnknownAfterDays : null, 1, 3650),
            MaxObjectsPerRequest = (int)_section.Integer("maxObjectsPerRequest", fallback.MaxObjectsPerRequest, objects.Min, objects.Max),
            MaxBytesPerRequest = (int)_section.Integer("maxBytesPerRequest", fallback.MaxBytesPerRequest, bytes.Min, bytes.Max),
            RequestsPerSecond = _section.Number("requestsPerSecond", fallback.RequestsPerSecond, 0, 100_000, exclusiveMin: true),
            RequestsPerHour = _section.NullableInteger("requestsPerHour", null, 1, 1_000_000_000),
            DeliveryPatience = ReadPatience(fallback.DeliveryPatience),
            Delivery = _section.Choice(
                "delivery", fallback.Delivery, ("direct", DeliveryMode.Direct), ("queue", DeliveryMode.Queue), ("none", DeliveryMode.None)),
            QueueUrl = queue.Url,
            QueueName = queue.Name,
        };
        _section.RefuseUnknown();
        new ConnectorChecks(_section, connector, rules, problems).Run();
        return connector;
    }

    private IDestinationRules? ReadType(out string type)
    {
        var named = _section.Text("type", "the destination's type", nullable: false);
        type = named ?? property.Name;
        var rules = DestinationRules.Find(type);
        if (rules is null && (named is not null || !_section.Has("type")))
        {
            var known = DestinationRules.All.Select(r => r.Type).ToList();
            var list = string.Join(" or ", known.Select(k => $"\"{k}\""));
            problems.Add(
                named is null ? _section.Path : _section.PathOf("type"),
                named is null ? property.Line : _section.Find("type")!.Line,
                $"the destination \"{type}\"",
                named is null ? $"{list} as the connector's name, or a \"type\" that says which destination it is" : list,
                NearestName.Find(type, known));
        }

        return rules;
    }

    /// <summary>An empty list is the sample's way to say every field.</summary>
    private List<string>? ReadFields()
    {
        const string expected = "a list of names of metadata fields, or null for every field";
        if (_section.Find(ItemMetadataFields) is not { } node || node.Kind == NodeKind.Null)
        {
            return null;
        }

        if (node.Kind != NodeKind.Array)
        {
            return _section.Refuse<List<string>?>(ItemMetadataFields, node, expected, null);
        }

        var fields = new List<string>();
        for (var i = 0; i < node.Items.Count; i++)
        {
            var item = node.Items[i];
            var field = item.Text.Trim();
            if (item.IsRefused)
            {
                continue;
            }

            if (item.Kind != NodeKind.String || field.Length == 0)
            {
                problems.Add(JsonPath.Item(_section.PathOf(ItemMetadataFields), i), item.Line, item.Show(), "the name of a metadata field");
            }
            else if (fields.Contains(field))
            {
                problems.Add(JsonPath.Item(_section.PathOf(ItemMetadataFields), i), item.Line, $"the field \"{field}\" again", "every field once");
            }
            else
            {
                fields.Add(field);
            }
        }

        return node.Items.Count == 0 ? null : fields;
    }

    private string? ReadPrefix()
    {
        if (_section.Find(AttributePrefix) is not { } node)
        {
            return null;
        }

        return node.Kind == NodeKind.String ? node.Text : _section.Refuse<string?>(AttributePrefix, node, "a text, \"\" for no prefix", null);
    }

    private List<KeyValuePair<string, string>> ReadOtherAttributes()
    {
        if (_section.Find(OtherAttributes) is not { } node)
        {
            return [];
        }

        return node.Kind == NodeKind.Object
            ? [.. node.Properties.DistinctBy(p => p.Name).Where(p => !p.Value.IsRefused).Select(p => KeyValuePair.Create(p.Name, p.Value.ToJson()))]
            : _section.Refuse(OtherAttributes, node, "an object: the names and values of further attributes", new List<KeyValuePair<string, string>>());
    }

    private TimeSpan ReadPatience(TimeSpan otherwise)
    {
        const string name = "deliveryPatience";
        if (_section.Find(name) is not { } node)
        {
            return otherwise;
        }

        double? seconds = null;
        if (node.Kind == NodeKind.Number && double.TryParse(node.Raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            seconds = number;
        }
        else if (Duration().Match(node.Text) is { Success: true } match)
        {
            seconds = (Part(match, 1) * 3600) + (Part(match, 2) * 60) + Part(match, 3);
        }

        return seconds is >= 0 and <= MaxPatienceSeconds
            ? TimeSpan.FromSeconds(seconds.Value)
            : _section.Refuse(name, node, $"seconds from 0 to {MaxPatienceSeconds}, as a number or as \"hh:mm:ss\"", otherwise);

        static int Part(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    private (string? Url, string? Name) ReadQueue()
    {
        const string expected = "the queue's address, https://…";
        if (_section.Section("queue") is not { } queue)
        {
            return default;
        }

        var url = queue.Text("url", expected, nullable: true);
        if (url is not null && !QueueUrl().IsMatch(url))
        {
            url = queue.Refuse<string?>("url", queue.Find("url")!, expected + ", or null", null);
        }

        var name = queue.Text("name", "the queue's name", nullable: true);
        queue.RefuseUnknown();
        return (url, name);
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])\z")]
    private static partial Regex Duration();

    [GeneratedRegex(@"^https?://[^\s/]+/\S+\z")]
    private static partial Regex QueueUrl();
}
