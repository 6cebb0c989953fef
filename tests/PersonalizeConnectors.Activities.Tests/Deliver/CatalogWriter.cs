using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Tests.Deliver;

/// <summary>Writes a decorated catalog as the format says. Items keep the order given, so that a test knows their indexes.</summary>
internal static class CatalogWriter
{
    public static async Task WriteAsync(IObjectStore store, string key, IReadOnlyList<string> fields, params TestItem[] items)
    {
        using var names = new ByteWriter();
        foreach (var field in fields)
        {
            names.WriteBytes(Encoding.UTF8.GetBytes(field));
        }

        using var entries = new ByteWriter();
        using var bodies = new ByteWriter();
        foreach (var item in items)
        {
            var start = bodies.Length;
            WriteItem(bodies, fields, item);
            var id = Encoding.UTF8.GetBytes(item.Id);
            entries.WriteUInt64(IdHash.Of(id));
            entries.WriteFingerprint(Fingerprint.Of(bodies.Written[start..]));
            entries.WriteUInt64((ulong)start);
            entries.WriteUInt32((uint)(bodies.Length - start));
            entries.WriteUInt32(Catalog.KnownFlag);
        }

        var none = TestContext.Current.CancellationToken;
        await using var writer = await SectionedWriter.CreateAsync(store, key, none);
        await writer.WriteAsync(Catalog.FieldsSection, names.WrittenMemory, fields.Count, none);
        await writer.WriteAsync(Catalog.EntriesSection, entries.WrittenMemory, items.Length, none);
        await writer.WriteAsync(Catalog.ItemsSection, bodies.WrittenMemory, items.Length, none);
        await writer.CommitAsync(none);
    }

    private static void WriteItem(ByteWriter target, IReadOnlyList<string> fields, TestItem item)
    {
        using var fragment = new ByteWriter();
        var values = new List<(int Code, int Start, int Length)>();
        foreach (var (field, json) in item.Fields)
        {
            JsonString.Write(fragment, Encoding.UTF8.GetBytes(field));
            fragment.WriteByte((byte)':');
            var bytes = Encoding.UTF8.GetBytes(json);
            values.Add((fields.ToList().IndexOf(field), fragment.Length, bytes.Length));
            fragment.WriteRaw(bytes);
            fragment.WriteByte((byte)',');
        }

        fragment.WriteRaw("\"itemId\":"u8);
        JsonString.Write(fragment, Encoding.UTF8.GetBytes(item.Id));
        target.WriteBytes(Encoding.UTF8.GetBytes(item.Id));
        target.WriteBytes(fragment.Written);
        target.WriteVarint(values.Count);
        foreach (var (code, start, length) in values)
        {
            target.WriteVarint(code);
            target.WriteVarint(start);
            target.WriteVarint(length);
        }
    }
}

/// <param name="Fields">Names and JSON texts.</param>
internal sealed record TestItem(string Id, params (string Field, string Json)[] Fields);
