using System.Runtime.InteropServices;
using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>The payloads of one request, and whose they are.</summary>
internal sealed class Batch : IDisposable
{
    private readonly ByteWriter _ids = new(4096);
    private readonly List<PayloadSlice> _slices = [];
    private readonly List<Owner> _owners = [];

    /// <summary>Rendered payloads, one after another.</summary>
    public ByteWriter Payloads { get; } = new(64 * 1024);

    /// <summary>Attribute names that the payloads set.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Users among them whose lists the destination shortens.</summary>
    public long CollapsedUsers { get; set; }

    /// <summary>The same, once: where the batch was halved, they are counted with the half that is settled first.</summary>
    public long TakeCollapsedUsers()
    {
        var users = CollapsedUsers;
        CollapsedUsers = 0;
        return users;
    }

    /// <summary>Payloads whose request may have reached the destination without being answered for.</summary>
    public PayloadRange? MayHaveArrived { get; set; }

    public int Count => _slices.Count;

    /// <summary>Bytes of memory that it holds on to.</summary>
    public long Size => Payloads.Length + _ids.Length;

    public UpdatePlace PlaceOf(int index) => _owners[index].Place;

    public ReadOnlySpan<byte> UserIdOf(int index) => _ids.Written.Slice(_owners[index].IdStart, _owners[index].IdLength);

    public string UserIdTextOf(int index) => Encoding.UTF8.GetString(UserIdOf(index));

    public ReadOnlySpan<byte> PayloadOf(int index) => Payloads.Written.Slice(_slices[index].Start, _slices[index].Length);

    public ReadOnlySpan<PayloadSlice> Slices(PayloadRange range) =>
        CollectionsMarshal.AsSpan(_slices).Slice(range.First, range.Count);

    /// <summary>Takes what was appended to <see cref="Payloads"/> from <paramref name="start"/> on as the payload of a user.</summary>
    public void Add(UpdatePlace place, ReadOnlySpan<byte> userId, int start)
    {
        _owners.Add(new(place, _ids.Length, userId.Length));
        _ids.WriteRaw(userId);
        _slices.Add(new(start, Payloads.Length - start));
    }

    public void Dispose()
    {
        Payloads.Dispose();
        _ids.Dispose();
    }

    private readonly record struct Owner(UpdatePlace Place, int IdStart, int IdLength);
}

/// <summary>An update of the run: its shard, and its number among all updates of that shard's object.</summary>
internal readonly record struct UpdatePlace(int Shard, long Number);
