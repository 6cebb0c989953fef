using System.Globalization;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;
using Spectre.Console;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>What a run would do for one connector.</summary>
internal static class PlanDeliveryView
{
    private const int MostRejections = 10;

    // A pipe has no width; a payload is read in columns all the same.
    private const int MostColumns = 100;

    public static void Write(IAnsiConsole console, string name, PlannedDelivery delivery, LastRun? last)
    {
        Parts.Title(console, name == delivery.Type ? name : $"{name} ({delivery.Type})");
        console.Write(Users(delivery, last?.Users.GetValueOrDefault(name)));
        console.WriteLine();
        console.Write(Cost(delivery));
        WriteRejections(console, delivery);
        WriteNotes(console, delivery);
        WriteSamples(console, delivery);
    }

    private static Table Users(PlannedDelivery delivery, UserCounts? last)
    {
        var users = delivery.Users;
        var table = Parts.Grid("users", "this plan", last is null ? "" : "last run", "");
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        var remark = delivery.Delivery switch { DeliveryModes.None => "written, not sent", DeliveryModes.Queue => "put into the queue", _ => "sent" };
        Row("new", users.New, last?.New, remark);
        Row("changed", users.Changed, last?.Changed, remark);
        Row("unchanged", users.Unchanged, last?.Unchanged, users.Resent > 0 ? $"{Parts.Number(users.Resent)} of them sent again" : "not sent");
        Row("removed", users.Removed, last?.Removed, delivery.OnRemoved == "clear" ? "their attributes become null (onRemoved: clear)" : "keep what they have (onRemoved: keep)");
        Row("rejected", users.Rejected, last?.Rejected, "not sent; the reasons are below");
        Row("total", users.Total, last?.Total, "with a list after the run");
        return table;

        void Row(string name, long now, long? then, string note) => table.AddRow(
            new Text(name),
            new Text(Parts.Number(now), now > 0 && name is not ("unchanged" or "total") ? new Style(name == "rejected" ? Color.Yellow : Color.Green, decoration: Decoration.Bold) : Style.Plain),
            new Text(Parts.Number(then), Parts.Grey),
            Parts.Remark(now > 0 ? note : ""));
    }

    private static Table Cost(PlannedDelivery delivery)
    {
        var table = Parts.Grid("", "", "");
        table.Columns[1].RightAligned();
        Row("records", Parts.Number(delivery.Records), "lines under output/");
        if (delivery.Delivery == DeliveryModes.None)
        {
            return table;
        }

        Row("requests", Parts.Number(delivery.Requests), delivery.Requests == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{(double)delivery.Users.Sent / delivery.Requests:0.#} users each"));
        Row("bytes", Words.Bytes(delivery.Bytes), "of request bodies");
        if (delivery.Delivery == DeliveryModes.Direct)
        {
            Row("time", Words.Seconds(delivery.Seconds), Rate(delivery));
        }

        if (delivery.DataPoints is { } points)
        {
            Row("data points", Parts.Number(points), "where the contract is billed by them");
        }

        return table;

        void Row(string name, string value, string remark) => table.AddRow(new Text(name), new Text(value), Parts.Remark(remark));
    }

    private static string Rate(PlannedDelivery delivery) =>
        string.Create(CultureInfo.InvariantCulture, $"at {delivery.RequestsPerSecond:#,0.###} requests/s")
        + (delivery.RequestsPerHour is { } most ? $" and {Parts.Number(most)} an hour" : "");

    private static void WriteRejections(IAnsiConsole console, PlannedDelivery delivery)
    {
        if (delivery.Rejections.Count == 0)
        {
            return;
        }

        console.WriteLine();
        var table = Parts.Grid("rejected", "reason", "for example");
        table.Columns[0].RightAligned();
        foreach (var rejection in delivery.Rejections.Take(MostRejections))
        {
            table.AddRow(new Text(Parts.Number(rejection.Users)), new Text(Words.Clean(rejection.Reason)), new Text(Words.Clean(rejection.Example)));
        }

        console.Write(table);
        if (delivery.Rejections.Count > MostRejections)
        {
            console.Write(new Text(FormattableString.Invariant($"… {delivery.Rejections.Count - MostRejections} more reasons; --json shows all\n"), Parts.Grey));
        }
    }

    private static void WriteNotes(IAnsiConsole console, PlannedDelivery delivery)
    {
        var notes = new List<string>();
        if (delivery.CollapsedUsers > 0)
        {
            notes.Add(
                $"The lists of {Parts.Number(delivery.CollapsedUsers)} users would be shortened: the destination keeps equal values of a list once, so that their lists no longer line up. "
                + $"attributeShape {string.Join(" or ", delivery.ShapesThatAvoidIt)} avoids that.");
        }

        if (delivery.Attributes is { Added.Count: > 0 } added)
        {
            notes.Add("Attributes that no earlier run set: " + string.Join(", ", added.Added));
        }

        if (delivery.Attributes is { NotSet.Count: > 0 } dropped)
        {
            notes.Add("Attributes that earlier runs set, and no payload of this plan does; they stay as they are: " + string.Join(", ", dropped.NotSet));
        }

        if (notes.Count > 0)
        {
            console.WriteLine();
            notes.ForEach(note => Parts.Item(console, note));
        }
    }

    private static void WriteSamples(IAnsiConsole console, PlannedDelivery delivery)
    {
        Write("new", delivery.Samples.New);
        Write("changed", delivery.Samples.Changed);
        Write("removed", delivery.Samples.Removed);
        Write("sent again", delivery.Samples.Resent);

        void Write(string kind, IReadOnlyList<PlannedSample> samples)
        {
            foreach (var sample in samples)
            {
                console.WriteLine();
                console.Write(new Text($"for example {kind}: {Words.Clean(sample.UserId)}\n", Parts.Grey));
                IReadOnlyList<string> lines = sample.Payload is null ? ["nothing is sent"] : PayloadText.Of(sample.Payload, Math.Min(console.Profile.Width, MostColumns) - 2);
                foreach (var line in lines)
                {
                    Parts.Plain(console, "  " + line);
                }
            }
        }
    }
}
