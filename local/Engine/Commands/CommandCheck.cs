using PersonalizeConnectors.Local.Engine.Executions;

namespace PersonalizeConnectors.Local.Engine.Commands;

/// <summary>What the commands of one task have in common while they are looked at.</summary>
internal sealed class CommandCheck(Execution execution)
{
    private readonly HashSet<string> _ids = [];

    public Execution Execution => execution;

    /// <summary>News that the task has not seen. A workflow must not close over them.</summary>
    public int Unseen { get; set; } = execution.Log.Buffered;

    /// <summary>False for an id that an earlier command of the same task has taken.</summary>
    public bool Take(string kind, string id) => _ids.Add($"{kind}:{id}");

    public bool IsTaken(string kind, string id) => _ids.Contains($"{kind}:{id}");
}
