using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>An attribute's name, ready to be written.</summary>
internal sealed class BrazeAttribute
{
    private readonly byte[] _member;

    public BrazeAttribute(string name)
    {
        Name = name;
        Problem = BrazeChecks.OfName(name);
        using var member = new ByteWriter(256);
        member.WriteByte((byte)',');
        JsonString.Write(member, Encoding.UTF8.GetBytes(name));
        member.WriteByte((byte)':');
        _member = member.Written.ToArray();
    }

    public string Name { get; }

    /// <summary>Why Braze does not take the name; null where it does.</summary>
    public string? Problem { get; }

    /// <summary><c>,"name":</c></summary>
    public ReadOnlySpan<byte> Member => _member;
}
