using Temporalio.Api.Query.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>Queries that came while a workflow task was pending: they travel on the next task, so that they see what it brings.</summary>
internal sealed class QueryTable
{
    private readonly Dictionary<string, PendingQuery> _waiting = [];

    public void Add(PendingQuery query) => _waiting.Add(query.Id, query);

    public void Remove(PendingQuery query) => _waiting.Remove(query.Id);

    public Dictionary<string, WorkflowQuery> Attach() => _waiting.ToDictionary(q => q.Key, q => q.Value.Query);

    public void Answer(string id, WorkflowQueryResult result)
    {
        if (_waiting.Remove(id, out var query))
        {
            query.Answer(new QueryAnswer(result.ResultType, result.Answer, result.ErrorMessage, result.Failure));
        }
    }

    /// <summary>No further task comes: they go to a worker by themselves.</summary>
    public void Unblock()
    {
        foreach (var query in _waiting.Values)
        {
            query.Answer(null);
        }

        _waiting.Clear();
    }
}
