using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Looks at the header of every file of the user-item mapping.</summary>
internal sealed class MappingCheck(JobLocation job, ProblemSink problems)
{
    private const string UserColumn = "USER_ID";
    private const string ItemColumn = "ITEM_ID";

    /// <summary>A header is longer than this in no table.</summary>
    private const int HeaderBytes = 64 * 1024;

    private static readonly CsvConfiguration Csv = new(CultureInfo.InvariantCulture)
    {
        HasHeaderRecord = false,
        BadDataFound = null,
    };

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

        if (files == 0)
        {
            others.RemoveAll(name => name.Length == 0);
            var found = others.Count == 0 ? "no such folder, or an empty one" : $"no .csv file, but {string.Join(", ", others.Take(3))}";
            problems.Error(
                folder, found,
                $"CSV files (.csv or .csv.gz) with the columns {UserColumn} and {ItemColumn}: they say which users an item's recommendations are for");
        }
        else if (!rows && problems.Problems.All(problem => !problem.File.StartsWith(folder, StringComparison.Ordinal)))
        {
            problems.Warn(folder, "headers without a single row", "at least one row: without one, no user gets anything");
        }
    }

    /// <summary>True where the file has a row behind its header.</summary>
    private async Task<bool> CheckFileAsync(ObjectEntry entry, CancellationToken cancellationToken)
    {
        var expected = $"a header with the columns {UserColumn} and {ItemColumn}, separated by commas";
        var bytes = new byte[HeaderBytes];
        int length;
        await using (var stream = await InputFile.OpenAsync(job.Store, InputFile.Of(entry), cancellationToken))
        {
            length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        }

        if (bytes.AsSpan(0, length).StartsWith<byte>([0xFF, 0xFE]) || bytes.AsSpan(0, length).StartsWith<byte>([0xFE, 0xFF]))
        {
            problems.Error(entry.Key, "a file in UTF-16", "a file in UTF-8", line: 1);
            return false;
        }

        using var parser = new CsvParser(new StreamReader(new MemoryStream(bytes, 0, length), Encoding.UTF8), Csv);
        if (!await parser.ReadAsync())
        {
            problems.Error(entry.Key, "an empty file", expected, line: 1);
            return false;
        }

        var header = parser.Record!.Select(column => column.Trim()).ToList();
        foreach (var column in (ReadOnlySpan<string>)[UserColumn, ItemColumn])
        {
            var times = header.Count(name => name.Equals(column, StringComparison.OrdinalIgnoreCase));
            if (times != 1)
            {
                problems.Error(
                    entry.Key, $"the header {Show(header)}", times == 0 ? $"{expected}; {column} is missing" : $"the column {column} once", line: 1);
            }
        }

        return await parser.ReadAsync();
    }

    private static string Show(List<string> header)
    {
        var text = string.Join(",", header);
        return text.Length <= 80 ? text : text[..80] + "…";
    }
}
