using System.Text;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>Writes a user update as one object of the <c>attributes</c> array. Everything that is the same for all users is made once.</summary>
internal sealed class BrazePayloadWriter : IDisposable
{
    private readonly ConnectorConfiguration _connector;
    private readonly IBrazeShape _shape;
    private readonly byte[] _identifierEnd;
    private readonly byte[] _control;
    private readonly byte[] _others;
    private readonly string? _othersProblem;
    private readonly byte[] _nulls;

    public BrazePayloadWriter(ConnectorConfiguration connector, Catalog catalog, IReadOnlyCollection<string> sentAttributes)
    {
        _connector = connector;
        _shape = connector.AttributeShape switch
        {
            AttributeShape.ItemIds => new ItemIdsShape(connector.AttributePrefix),
            AttributeShape.ArrayOfObjects =>
                new ArrayOfObjectsShape(connector.AttributePrefix, connector.IncludeScores, connector.IncludeQueryItems, catalog.Count),
            _ => new ParallelArraysShape(
                connector.AttributePrefix, connector.ItemMetadataFields, connector.IncludeScores, connector.IncludeQueryItems, catalog),
        };
        _identifierEnd = connector.Identifier == UserIdentifier.UserAlias ? AliasEnd(connector.AliasLabel) : [];
        _control = Control(connector);
        (_others, _othersProblem) = Others(connector.OtherAttributes);
        _nulls = Nulls(sentAttributes);
    }

    public long CollapsedUsers => _shape.CollapsedUsers;

    public RenderResult Write(scoped in UserUpdate update, ByteWriter target, ISet<string> names)
    {
        if (update.Operation == UpdateOperation.Clear && _nulls.Length == 0)
        {
            return RenderResult.Nothing;
        }

        var problem = WriteIdentifier(update.UserId, target);
        if (update.Operation == UpdateOperation.Clear)
        {
            // A user that is not there any more must not be made by being cleared.
            target.WriteRaw(",\"_update_existing_only\":true"u8);
            target.WriteRaw(_nulls);
        }
        else
        {
            target.WriteRaw(_control);
            target.WriteRaw(_others);
            problem ??= _othersProblem;
            problem ??= _shape.Write(update, target, names);
        }

        target.WriteByte((byte)'}');
        if (problem is not null)
        {
            return new RenderResult.Refused(problem);
        }

        AddOtherNames(update.Operation, names);
        return RenderResult.Ready;
    }

    public void Dispose() => (_shape as IDisposable)?.Dispose();

    private string? WriteIdentifier(ReadOnlySpan<byte> userId, ByteWriter target)
    {
        if (_connector.Identifier == UserIdentifier.UserAlias)
        {
            target.WriteRaw("{\"user_alias\":{\"alias_name\":"u8);
            JsonString.Write(target, userId);
            target.WriteRaw(_identifierEnd);
            return BrazeChecks.OfAliasName(userId);
        }

        target.WriteRaw("{\"external_id\":"u8);
        JsonString.Write(target, userId);
        return BrazeChecks.OfExternalId(userId);
    }

    private void AddOtherNames(UpdateOperation operation, ISet<string> names)
    {
        if (operation == UpdateOperation.Set)
        {
            foreach (var (name, _) in _connector.OtherAttributes)
            {
                names.Add(name);
            }
        }
    }

    private static byte[] AliasEnd(string? label)
    {
        using var bytes = new ByteWriter(64);
        bytes.WriteRaw(",\"alias_label\":"u8);
        JsonString.Write(bytes, Encoding.UTF8.GetBytes(label ?? ""));
        bytes.WriteByte((byte)'}');
        return bytes.Written.ToArray();
    }

    // For an alias Braze's own default is true, so that false must be said.
    private static byte[] Control(ConnectorConfiguration connector) => connector switch
    {
        { UpdateExistingOnly: true } => ",\"_update_existing_only\":true"u8.ToArray(),
        { Identifier: UserIdentifier.UserAlias } => ",\"_update_existing_only\":false"u8.ToArray(),
        _ => [],
    };

    private static (byte[] Members, string? Problem) Others(IReadOnlyList<KeyValuePair<string, string>> attributes)
    {
        using var bytes = new ByteWriter(256);
        string? problem = null;
        foreach (var (name, json) in attributes)
        {
            var value = Encoding.UTF8.GetBytes(json);
            var attribute = new BrazeAttribute(name);
            bytes.WriteRaw(attribute.Member);
            // On one line, since a rejected payload is kept as one.
            JsonString.WriteCompact(bytes, value);
            problem ??= attribute.Problem ?? BrazeChecks.OfAttribute(name, value);
        }

        return (bytes.Written.ToArray(), problem);
    }

    private static byte[] Nulls(IReadOnlyCollection<string> names)
    {
        using var bytes = new ByteWriter(256);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            bytes.WriteRaw(new BrazeAttribute(name).Member);
            bytes.WriteRaw("null"u8);
        }

        return bytes.Written.ToArray();
    }
}
