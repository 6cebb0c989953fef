using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Tests.Records;

public sealed class IdTableTests
{
    [Fact]
    public void GetOrAdd_ManyRandomIds_IsADictionary()
    {
        var random = new Random(1);
        var table = new IdTable();
        var expected = new Dictionary<string, int>();
        for (var i = 0; i < 200_000; i++)
        {
            var id = new string((char)('a' + random.Next(26)), random.Next(1, 40)) + random.Next(60_000);
            var isNew = expected.TryAdd(id, expected.Count);
            Assert.Equal(isNew ? -1 : expected[id], table.Find(Encoding.UTF8.GetBytes(id)));
            Assert.Equal(expected[id], table.GetOrAdd(Encoding.UTF8.GetBytes(id)));
        }

        Assert.Equal(expected.Count, table.Count);
        Assert.Equal(expected.Keys.Sum(id => id.Length), table.Bytes);
        foreach (var (id, code) in expected)
        {
            Assert.Equal(id, Encoding.UTF8.GetString(table[code]));
        }
    }

    [Fact]
    public void GetOrAdd_SameHashForDifferentIds_TellsThemApart()
    {
        var table = new IdTable();
        for (var i = 0; i < 600; i++)
        {
            Assert.Equal(i, table.GetOrAdd(Encoding.UTF8.GetBytes($"id-{i}"), 0xFFFF_FFFF_0000_0000));
        }

        Assert.Equal(17, table.GetOrAdd("id-17"u8, 0xFFFF_FFFF_0000_0000));
        Assert.Equal(600, table.Count);
    }

    [Fact]
    public void GetOrAdd_EmptyAndHugeIds_AreIdsToo()
    {
        var table = new IdTable();
        var huge = new byte[100_000];
        Assert.Equal(0, table.GetOrAdd([]));
        Assert.Equal(1, table.GetOrAdd(huge));
        Assert.Equal(0, table.Find([]));
        Assert.Equal(huge, table[1].ToArray());
    }

    [Fact]
    public void GetOrAdd_SeveralAtOnce_IsTheSameAsOneByOne()
    {
        var random = new Random(3);
        var (together, single) = (new IdTable(), new IdTable());
        var codes = new int[200];
        for (var round = 0; round < 2000; round++)
        {
            var ids = Enumerable.Range(0, random.Next(codes.Length)).Select(_ => $"id{random.Next(20_000)}").ToArray();
            var text = Encoding.UTF8.GetBytes(string.Concat(ids));
            var start = 0;
            var slices = ids.Select(id => new BatchLineFields.Slice((start += id.Length) - id.Length, id.Length)).ToArray();
            together.GetOrAdd(text, slices, codes);
            Assert.Equal(ids.Select(id => single.GetOrAdd(Encoding.UTF8.GetBytes(id))), codes.Take(ids.Length));
        }

        Assert.Equal(single.Count, together.Count);
    }

    [Fact]
    public void Indexer_UnknownCode_Throws()
    {
        var table = new IdTable();
        table.GetOrAdd("a"u8);
        Assert.Throws<ArgumentOutOfRangeException>(() => table[1].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => table[-1].Length);
    }

    [Fact]
    public void GetOrAdd_KnownIds_AllocatesNothing()
    {
        var table = new IdTable();
        table.GetOrAdd("a"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            table.GetOrAdd("a"u8);
            table.Find("b"u8);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Clear_ThenOtherIds_KnowsTheNewOnesAlone()
    {
        var table = new IdTable();
        for (var id = 0; id < 5000; id++)
        {
            table.GetOrAdd(Encoding.UTF8.GetBytes($"before-{id}"));
        }

        table.Clear();

        Assert.Equal((0, 0, -1), (table.Count, table.Bytes, table.Find("before-7"u8)));
        for (var id = 0; id < 100; id++)
        {
            Assert.Equal(id, table.GetOrAdd(Encoding.UTF8.GetBytes($"after-{id}")));
        }

        Assert.Equal("after-99"u8, table[99]);
        Assert.Equal(-1, table.Find("before-7"u8));
    }
}
