using Google.Protobuf;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>Queries that a worker has in hand, by the token it answers with.</summary>
internal sealed class OpenQuestions
{
    private readonly Dictionary<string, PendingQuery> _open = [];

    public ByteString TokenOf(PendingQuery query)
    {
        _open[query.Id] = query;
        return ByteString.CopyFromUtf8(query.Id);
    }

    public PendingQuery? Take(ByteString token) => _open.Remove(token.ToStringUtf8(), out var query) ? query : null;

    public void Forget(PendingQuery query) => _open.Remove(query.Id);
}
