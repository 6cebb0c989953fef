using System.Globalization;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Starter.Commands;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>The sync states of a job, a block a connector.</summary>
internal static class StateView
{
    private static readonly Style Soft = new(Color.Grey);

    public static IEnumerable<IRenderable> Of(StateDocument document, DateTimeOffset now)
    {
        yield return new Text(Words.Clean(document.JobPath), new Style(decoration: Decoration.Bold));
        if (document.Connectors.Count == 0)
        {
            yield return new Text("No connector: config.json names none that can be read, and no run has left anything.", Soft);
        }

        foreach (var connector in document.Connectors)
        {
            yield return ReportView.Title(Words.Clean(connector.Connector));
            yield return connector.State is { } state ? Table(state, now)
                : connector.Problem is { } problem ? new Padder(new Text("damaged: " + Words.Clean(problem), new Style(Color.Red)), new Padding(2, 0, 0, 0))
                : new Text("  no state yet: the next run sends every user", Soft);
        }
    }

    private static Grid Table(StateSurvey state, DateTimeOffset now)
    {
        var grid = new Grid().AddColumn(new GridColumn().Width(12).PadLeft(2).NoWrap()).AddColumn(new GridColumn());
        Add("users", Words.Number(state.Users) + (state.Gone > 0 ? $", and {Words.Number(state.Gone)} gone (no list in a later run)" : ""));
        if (state.Unknown > 0)
        {
            Add("unknown", $"{Words.Number(state.Unknown)}, whose last update may have arrived or not; the next run sends them what it then has");
        }

        Add("committed", $"{Words.Time(state.WrittenAt)} ({Words.Ago(state.WrittenAt, now)}) by run {Words.Clean(state.Run)}");
        Add("accepted", Days(state));
        Add("files", $"{Words.Counted(state.Shards, "shard")}, {Words.Bytes(state.Bytes)}");
        Add("attributes", state.AttributeNames.Count == 0 ? "none ever sent" : string.Join(", ", state.AttributeNames.Select(Words.Clean)));
        return grid;

        void Add(string name, string value) => grid.AddRow(new Text(name, Soft), new Text(value));
    }

    private static string Days(StateSurvey state) => (state.OldestAccepted, state.NewestAccepted) switch
    {
        ({ } oldest, { } newest) when oldest == newest => "on " + Day(oldest),
        ({ } oldest, { } newest) => $"between {Day(oldest)} and {Day(newest)}",
        _ => "nothing",
    };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
