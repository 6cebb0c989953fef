namespace PersonalizeConnectors.Activities.Storage;

/// <summary>What lies at <c>batchInferencePath</c>: files, or the reason why there are none.</summary>
public abstract record BatchOutput
{
    private BatchOutput()
    {
    }

    /// <param name="Folder">Key of the folder that holds the files, with a trailing slash.</param>
    /// <param name="Files">At least one, in key order; none is empty.</param>
    /// <param name="NewerFolders">Dated folders that are newer but unfinished: without a file yet, or with one that has not settled. Newest first.</param>
    public sealed record Found(string Folder, IReadOnlyList<ObjectEntry> Files, IReadOnlyList<string> NewerFolders) : BatchOutput;

    /// <param name="Message">For a person: address, what is there, what to do.</param>
    public sealed record Missing(BatchOutputReason Reason, string Message) : BatchOutput;
}

/// <summary>Why there is no batch output to read.</summary>
public enum BatchOutputReason
{
    /// <summary>No object has the prefix.</summary>
    NoSuchFolder,

    /// <summary>The batch job began and has written no result.</summary>
    OnlyChecks,

    /// <summary>Every <c>.out</c> file has no bytes.</summary>
    OnlyEmptyFiles,

    /// <summary>Other objects, but no <c>.out</c> file where one is looked for.</summary>
    NoOutputFiles,

    /// <summary>Dated runs, none of which has been quiet for long enough. Worth another try later.</summary>
    StillWritten,
}
