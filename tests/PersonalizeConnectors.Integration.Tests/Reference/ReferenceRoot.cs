namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>A root in a fresh folder, written by hand in a test.</summary>
internal sealed class ReferenceRoot : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reference-");

    public string Path => _folder.FullName;

    public string JobPath { get; private set; } = "";

    public ReferenceRoot Job(string type, string connector)
    {
        JobPath = $"etl_jobs/{type}/job";
        return File($"{JobPath}/config.json", "{\"batchInferencePath\":\"batch/run/\",\"connectors\":{\"braze\":{" + connector + "}}}");
    }

    public ReferenceRoot Lines(params string[] lines) => File("batch/run/a.out", string.Join('\n', lines) + "\n");

    public ReferenceRoot Mapping(params string[] rows) => File($"{JobPath}/input/user_item_mapping/a.csv", "USER_ID,ITEM_ID\n" + string.Join('\n', rows));

    public ReferenceRoot Metadata(params string[] lines) => File($"{JobPath}/input/item_metadata/a.json", string.Join('\n', lines));

    public ReferenceRoot File(string path, string text)
    {
        RandomFiles.WriteText(System.IO.Path.Combine(Path, path), text);
        return this;
    }

    public ReferenceInput Read() => ReferenceInput.Read(Path, JobPath);

    public ReferenceRun Run(ReferenceState? state = null, ReferenceOptions? options = null)
    {
        var input = Read();
        return ReferenceRun.Of(input, input.Config.Connectors[0], state ?? ReferenceState.Empty, options ?? new());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
