using System.Globalization;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Configuration.Destinations;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Finds the batch output and reads it through: right kind of lines, guards, unknown items, lists that the destination would shorten.</summary>
/// <param name="lists">Takes every line's list; null where no destination would shorten one.</param>
internal sealed class BatchOutputCheck(
    JobLocation job, IJobLocator locator, BatchOutputResolver resolver, SentLists? lists, ProblemSink problems) : IDisposable
{
    private const string PathKey = "$.batchInferencePath";

    private readonly BatchLineScanner _scanner = new(JobTypes.IsItemKeyed(job.JobType));
    private readonly BatchLineScanner _otherScanner = new(!JobTypes.IsItemKeyed(job.JobType));
    private IdTable _items = new();
    private int[] _codes = new int[64];
    private IObjectStore? _store;
    private BatchOutput.Found? _found;
    private long _lines;
    private long _results;
    private long _errors;
    private long _malformed;
    private long _otherKind;
    private long _known;
    private long _unknown;

    private bool ItemKeyed => JobTypes.IsItemKeyed(job.JobType);

    private string ConfigKey => RunKeys.ConfigOf(job.Prefix);

    /// <summary>The first look.</summary>
    public async Task ResolveAsync(string batchInferencePath, int settleSeconds, CancellationToken cancellationToken)
    {
        try
        {
            (_store, var prefix) = locator.OpenInput(job, batchInferencePath);
            switch (await resolver.ResolveAsync(_store, prefix, settleSeconds, cancellationToken))
            {
                case BatchOutput.Missing missing:
                    problems.Error(ConfigKey, missing.Message, "a folder with finished .out files, or one of dated runs", PathKey);
                    break;
                case BatchOutput.Found found:
                    _found = found;
                    WarnOfNewer(found);
                    break;
                default:
                    break;
            }
        }
        catch (ConnectorException e)
        {
            problems.Error(ConfigKey, e.Message, "batch output that can be read", PathKey);
        }
    }

    public async Task ReadAsync(JobConfiguration? configuration, ItemFields? table, CancellationToken cancellationToken)
    {
        if (_store is null || _found is null)
        {
            return;
        }

        _items = table?.Ids ?? _items;
        var complete = 0;
        foreach (var file in _found.Files)
        {
            await problems.GuardAsync(NameOf(file), async () =>
            {
                await ReadFileAsync(file, table, cancellationToken);
                complete++;
            });
        }

        if (complete < _found.Files.Count)
        {
            return; // What could not be read is named already; shares of the rest would mislead.
        }

        CheckKinds();
        if (configuration is not null)
        {
            CheckGuards(configuration.Guards);
            CheckItems(configuration, table);
            WarnOfShortened(table);
        }
    }

    public void Dispose()
    {
        _scanner.Dispose();
        _otherScanner.Dispose();
    }

    /// <summary>The second look: are the files still what they were?</summary>
    public async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        if (_store is null || _found is null)
        {
            return;
        }

        var now = await BatchOutputResolver.ListAsync(_store, _found.Folder, cancellationToken);
        var before = _found.Files.Select(file => (file.Key, file.Size, file.ETag));
        if (!now.Select(file => (file.Key, file.Size, file.ETag)).SequenceEqual(before))
        {
            problems.Error(
                _found.Folder, "files that changed during this check",
                "batch output that stands still: it is still being written or copied; try again when that is done");
        }
    }

    private async Task ReadFileAsync(ObjectEntry file, ItemFields? table, CancellationToken cancellationToken)
    {
        await using var stream = await InputFile.OpenAsync(_store!, InputFile.Of(file), cancellationToken);
        using var lines = new LineReader(stream);
        while (await lines.FillAsync(cancellationToken))
        {
            while (lines.TryRead(out var text))
            {
                _lines++;
                if (lines.LineIsTooLong)
                {
                    _malformed++;
                }
                else
                {
                    Take(text, table);
                }
            }
        }
    }

    private void Take(ReadOnlySpan<byte> text, ItemFields? table)
    {
        var line = _scanner.Scan(text);
        switch (line.Kind)
        {
            case BatchLineKind.Result:
                _results++;
                TakeResult(line, table);
                break;
            case BatchLineKind.Error:
                _errors++;
                lists?.AddError(line.QueryId);
                break;
            default:
                var isOtherKind = _otherScanner.Scan(text).Kind == BatchLineKind.Result;
                _otherKind += isOtherKind ? 1 : 0;
                _malformed += isOtherKind ? 0 : 1;
                break;
        }
    }

    private void TakeResult(BatchLine line, ItemFields? table)
    {
        if (_codes.Length < line.Count)
        {
            _codes = new int[Math.Max(line.Count, _codes.Length * 2)];
        }

        var items = _codes.AsSpan(0, line.Count);
        line.Resolve(_items, items);
        foreach (var item in items)
        {
            var isKnown = table?.IsKnown(item) == true;
            _known += isKnown ? 1 : 0;
            _unknown += isKnown ? 0 : 1;
        }

        lists?.AddResult(line, items);
    }

    private void WarnOfNewer(BatchOutput.Found found)
    {
        if (found.NewerFolders.Count > 0)
        {
            problems.Warn(
                ConfigKey,
                $"{found.NewerFolders[0]}, which is newer but not finished yet",
                $"finished batch output; a run now would take {found.Folder}",
                PathKey);
        }
    }

    private void CheckKinds()
    {
        if (_otherKind > 0)
        {
            var (has, wants) = ItemKeyed ? ("userId", "itemId") : ("itemId", "userId");
            var text = $"{ProblemSink.Number(_otherKind)} of {ProblemSink.Number(_lines)} lines with input.{has} instead of input.{wants}";
            if (_results == 0)
            {
                problems.Error(_found!.Folder, text, $"batch output of a {job.JobType} job: another job type, or another batchInferencePath");
            }
            else
            {
                problems.Warn(_found!.Folder, text, $"lines of a {job.JobType} job; the others are left out");
            }
        }

        if (_malformed > 0)
        {
            problems.Warn(
                _found!.Folder, $"{ProblemSink.Number(_malformed)} of {ProblemSink.Number(_lines)} lines that are no batch output",
                "one JSON object a line; those lines are left out");
        }
    }

    private void CheckGuards(Guards guards)
    {
        if (_lines < guards.MinLines)
        {
            problems.Warn(
                _found!.Folder, $"{ProblemSink.Number(_lines)} lines",
                $"at least {ProblemSink.Number(guards.MinLines)}: the guard minLines stops a run", "$.guards.minLines");
        }

        var rate = _lines == 0 ? 0 : (double)_errors / _lines;
        if (rate > guards.MaxErrorRate)
        {
            problems.Warn(
                _found!.Folder,
                $"{ProblemSink.Number(_errors)} error lines of {ProblemSink.Number(_lines)} ({rate.ToString("P1", CultureInfo.InvariantCulture)})",
                $"at most {guards.MaxErrorRate.Value.ToString("P1", CultureInfo.InvariantCulture)}: the guard maxErrorRate stops a run",
                "$.guards.maxErrorRate");
        }
    }

    private void CheckItems(JobConfiguration configuration, ItemFields? table)
    {
        if (table is null || table.Count == 0 || _unknown == 0)
        {
            return;
        }

        foreach (var connector in configuration.Connectors)
        {
            var path = JsonPath.Child("$.connectors", connector.Name) + ".unknownItems";
            var found = $"{ProblemSink.Number(_unknown)} of {ProblemSink.Number(_known + _unknown)} recommendations whose item the metadata lacks";
            if (connector.UnknownItems == UnknownItems.Fail)
            {
                problems.Error(ConfigKey, found, "metadata for every recommended item, or another unknownItems: \"fail\" stops a run", path);
            }
            else if (_known == 0)
            {
                problems.Warn(ConfigKey, found, "the same ids in metadata and batch output: not one of them agrees", path);
            }
        }
    }

    private void WarnOfShortened(ItemFields? table)
    {
        foreach (var shortened in lists?.Count(table) ?? [])
        {
            var fields = string.Join(", ", shortened.Fields.Take(3).Select(field => $"\"{field.Field}\" ({ProblemSink.Number(field.Users)})"));
            problems.Warn(
                ConfigKey,
                $"{ProblemSink.Number(shortened.Users)} of {ProblemSink.Number(shortened.AllUsers)} users whose recommendations share a value, most in {fields}",
                $"\"arrayOfObjects\" or \"itemIds\": {DestinationRules.Find(shortened.Connector.Type)!.Title} keeps"
                + " equal values of a list once, so that these lists no longer line up",
                JsonPath.Child("$.connectors", shortened.Connector.Name) + ".attributeShape");
        }
    }

    private string NameOf(ObjectEntry file) =>
        ReferenceEquals(_store, job.Store) ? file.Key : $"{_store!.Address.TrimEnd('/')}/{file.Key}";
}
