namespace PersonalizeConnectors.Core.Configuration;

/// <summary>Reads <c>config.json</c>: a checked configuration with every default filled in, or everything that is wrong with it.</summary>
public static class ConfigurationReader
{
    /// <summary>Name of the file in a job's folder.</summary>
    public const string FileName = "config.json";

    /// <summary>A larger file is no configuration.</summary>
    public const int MaxBytes = 1024 * 1024;

    internal const string Connectors = "connectors";

    /// <summary>Most connectors of a job: names and counts of so many travel through a run's history.</summary>
    public const int MaxConnectors = 20;

    private const string BatchInferencePath = "batchInferencePath";
    private const string ExpectedPath = "the folder of the batch output: s3://bucket/folder/, or a folder relative to the root, such as batch/shop/";

    /// <param name="utf8">The whole file; a byte order mark, comments and trailing commas are allowed.</param>
    /// <param name="fileName">For messages.</param>
    public static ConfigurationResult Read(ReadOnlySpan<byte> utf8, string fileName)
    {
        if (utf8.Length > MaxBytes)
        {
            return ConfigurationResult.Invalid(
                [new() { File = fileName, Found = $"{utf8.Length} bytes", Expected = $"a configuration of at most {MaxBytes} bytes" }]);
        }

        var root = ConfigParser.Parse(utf8, fileName, out var unreadable);
        if (root is null)
        {
            return ConfigurationResult.Invalid([unreadable!]);
        }

        var problems = new ProblemList(fileName);
        if (root.Kind != NodeKind.Object)
        {
            problems.Add(JsonPath.Root, root.Line, root.Show(), "an object");
            return ConfigurationResult.Invalid(problems.Problems);
        }

        RefuseDuplicates(root, JsonPath.Root, problems);
        Placeholders.Refuse(root, JsonPath.Root, problems);
        return ReadJob(new(root, JsonPath.Root, problems), problems);
    }

    private static ConfigurationResult ReadJob(ConfigSection job, ProblemList problems)
    {
        job.Text("$schema", "the address of the schema, for editors", nullable: false);
        var batchInferencePath = ReadPath(job, problems);
        var performDeltaCheck = job.Boolean(ConnectorReader.PerformDeltaCheck, true);
        var settleSeconds = (int)job.Integer("settleSeconds", JobConfiguration.DefaultSettleSeconds, 0, 86_400);
        var configuration = new JobConfiguration
        {
            BatchInferencePath = batchInferencePath ?? "",
            SettleSeconds = settleSeconds,
            SaveBatchInferenceErrors = job.Boolean("saveBatchInferenceErrors", false),
            Guards = ReadGuards(job.Section("guards")),
            KeepRuns = (int)job.Integer("keepRuns", 30, 1, 100_000),
            Connectors = ReadConnectors(job, performDeltaCheck, problems),
        };
        job.RefuseUnknown();

        var ordered = problems.Problems.OrderBy(problem => problem.Line ?? 0).ToList();
        return ordered.Exists(problem => problem.Severity == Severity.Error)
            ? ConfigurationResult.Invalid(ordered, batchInferencePath, settleSeconds)
            : ConfigurationResult.Valid(configuration, ordered);
    }

    private static string? ReadPath(ConfigSection job, ProblemList problems)
    {
        if (!job.Has(BatchInferencePath))
        {
            problems.Add(job.PathOf(BatchInferencePath), job.Line, "no such key", ExpectedPath);
        }

        var path = job.Text(BatchInferencePath, ExpectedPath, nullable: false);
        return path is null || IsInputPath(path) ? path : job.Refuse<string?>(BatchInferencePath, job.Find(BatchInferencePath)!, ExpectedPath, null);
    }

    private static bool IsInputPath(string path)
    {
        const string s3 = "s3://";
        var folder = path;
        if (path.StartsWith(s3, StringComparison.Ordinal))
        {
            var slash = path.IndexOf('/', s3.Length);
            if (slash <= s3.Length)
            {
                return false;
            }

            folder = path[(slash + 1)..];
        }

        return folder.Trim('/').Length > 0
            && !folder.StartsWith('/')
            && !folder.Contains("://", StringComparison.Ordinal)
            && !folder.Contains('\\', StringComparison.Ordinal)
            && !folder.Any(char.IsControl)
            && !folder.TrimEnd('/').Split('/').Any(part => part is "" or "." or "..");
    }

    private static Guards ReadGuards(ConfigSection? section)
    {
        var defaults = new Guards();
        if (section is null)
        {
            return defaults;
        }

        var guards = new Guards
        {
            MinLines = section.Integer("minLines", defaults.MinLines, 0, long.MaxValue),
            MaxErrorRate = section.NullableNumber("maxErrorRate", defaults.MaxErrorRate, 0, 1),
            MaxChangeRate = section.NullableNumber("maxChangeRate", defaults.MaxChangeRate, 0, 1),
            MaxRemovalRate = section.NullableNumber("maxRemovalRate", defaults.MaxRemovalRate, 0, 1),
            MaxRejectRate = section.NullableNumber("maxRejectRate", defaults.MaxRejectRate, 0, 1),
        };
        section.RefuseUnknown();
        return guards;
    }

    private static List<ConnectorConfiguration> ReadConnectors(ConfigSection job, bool performDeltaCheck, ProblemList problems)
    {
        const string expected = "an object with at least one connector, such as \"braze\": {}";
        var connectors = new List<ConnectorConfiguration>();
        if (!job.Has(Connectors))
        {
            problems.Add(job.PathOf(Connectors), job.Line, "no such key", expected);
        }

        if (job.Find(Connectors) is not { } node)
        {
            return connectors;
        }

        if (node.Kind != NodeKind.Object || node.Properties.Count == 0)
        {
            return job.Refuse(Connectors, node, expected, connectors);
        }

        foreach (var property in node.Properties)
        {
            connectors.Add(new ConnectorReader(property, job.PathOf(Connectors), problems).Read(performDeltaCheck));
        }

        if (node.Properties.Count > MaxConnectors)
        {
            problems.Add(
                job.PathOf(Connectors), node.Line, $"{node.Properties.Count} connectors",
                $"at most {MaxConnectors}; a second job with the same batchInferencePath takes the others");
        }

        RefuseSameFolder(node, job.PathOf(Connectors), problems);
        return connectors;
    }

    /// <summary>A connector's name is its folder, and not every file system tells <c>Braze</c> from <c>braze</c>.</summary>
    private static void RefuseSameFolder(ConfigNode node, string path, ProblemList problems)
    {
        var names = node.Properties.Select(p => p.Name).Distinct(StringComparer.Ordinal);
        foreach (var same in names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            var last = node.Properties.Last(p => p.Name == same.Last());
            problems.Add(
                JsonPath.Child(path, last.Name), last.Line,
                $"the names {string.Join(" and ", same.Select(n => $"\"{n}\""))}", "names that differ in more than case");
        }
    }

    private static void RefuseDuplicates(ConfigNode node, string path, ProblemList problems)
    {
        var lines = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var property in node.Properties)
        {
            var at = JsonPath.Child(path, property.Name);
            if (!lines.TryAdd(property.Name, property.Line))
            {
                problems.Add(at, property.Line, $"the key {property.RawName} again", $"every key once (it stands on line {lines[property.Name]} too)");
            }

            RefuseDuplicates(property.Value, at, problems);
        }

        for (var i = 0; i < node.Items.Count; i++)
        {
            RefuseDuplicates(node.Items[i], JsonPath.Item(path, i), problems);
        }
    }
}
