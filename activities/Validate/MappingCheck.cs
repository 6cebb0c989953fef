using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Looks at the header of every file of the user-item mapping, and reads the rows where somebody wants to know whose lists are whose.</summary>
/// <param name="lists">Null: nobody wants to know.</param>
internal sealed class MappingCheck(JobLocation job, SentLists? lists, ProblemSink problems)
{
    /// <summary>How many bad rows of a file are named one by one.</summary>
    private const int NamedRows = 5;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = RunKeys.MappingOf(job.Prefix);
        var others = new List<string>();
        var files = 0;
        var rows = false;
        await foreach (var entry in job.Store.ListAsync(folder, cancellationToken))
        {
            if (!InputNames.IsMapping(entry.Key))
            {
                others.Add(entry.Key[folder.Length..]);
                continue;
            }

            if (entry.Size == 0)
            {
                problems.Warn(entry.Key, "an empty file", "rows of the mapping; the file is left out");
                continue;
            }

            files++;
            await problems.GuardAsync(entry.Key, async () => rows |= await CheckFileAsync(entry, cancellationToken));
        }

        if (problems.Problems.Any(problem => problem.Severity == Severity.Error && problem.File.StartsWith(folder, StringComparison.Ordinal)))
        {
            lists?.Spoil();
        }

        if (files == 0)
        {
            others.RemoveAll(name => name.Length == 0);
            var found = others.Count == 0 ? "no such folder, or an empty one" : $"no .csv file, but {string.Join(", ", others.Take(3))}";
            problems.Error(
                folder, found,
                $"CSV files (.csv or .csv.gz) with the columns {MappingHeader.UserColumn} and {MappingHeader.ItemColumn}: they say which users an item's recommendations are for");
        }
        else if (!rows && problems.Problems.All(problem => !problem.File.StartsWith(folder, StringComparison.Ordinal)))
        {
            problems.Warn(folder, "headers without a single row", "at least one row: without one, no user gets anything");
        }
    }

    /// <summary>True where the file has a row behind its header.</summary>
    private async Task<bool> CheckFileAsync(ObjectEntry entry, CancellationToken cancellationToken)
    {
        await using var stream = await InputFile.OpenAsync(job.Store, InputFile.Of(entry), cancellationToken);
        using var rows = new MappingRows(stream);
        var header = await rows.ReadHeaderAsync();
        foreach (var problem in header.Problems)
        {
            problems.Error(entry.Key, problem.Found, problem.Expected, line: 1);
        }

        return header.Problems.Count == 0 && await ReadRowsAsync(entry, rows, cancellationToken);
    }

    private async Task<bool> ReadRowsAsync(ObjectEntry entry, MappingRows rows, CancellationToken cancellationToken)
    {
        long read = 0;
        long malformed = 0;
        while (await rows.ReadAsync())
        {
            read++;
            if (rows.Reason is not { } reason)
            {
                lists?.AddPair(rows.User, rows.Item);
            }
            else if (++malformed <= NamedRows)
            {
                problems.Warn(entry.Key, reason, "a row with a user's and an item's id; the row is left out", line: rows.Line);
            }

            if (lists is null)
            {
                return true;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        if (malformed > NamedRows)
        {
            problems.Warn(entry.Key, $"{ProblemSink.Number(malformed)} of {ProblemSink.Number(read)} rows that cannot be read", "rows of ids; those rows are left out");
        }

        return read > 0;
    }
}
