using Temporalio.Activities;

namespace PersonalizeConnectors.Workflows.Contracts;

// One interface a step, named as the step. [Activity] stands here and on the implementing method: it is not inherited.

public interface IRecoverActivities
{
    [Activity]
    Task<RecoverResult> RecoverAsync(RecoverInput input);
}

public interface IPlanActivities
{
    [Activity]
    Task<PlanResult> PlanAsync(PlanInput input);
}

public interface ILoadActivities
{
    [Activity]
    Task<LoadResult> LoadAsync(ChunkInput input);
}

public interface ISplitErrorsActivities
{
    [Activity]
    Task<SplitErrorsResult> SplitErrorsAsync(SplitErrorsInput input);
}

public interface ITableActivities
{
    [Activity]
    Task<TableResult> TableAsync(TableInput input);
}

public interface IJoinActivities
{
    [Activity]
    Task<JoinResult> JoinAsync(ChunkInput input);
}

public interface IDecorateActivities
{
    [Activity]
    Task<DecorateResult> DecorateAsync(ConnectorInput input);
}

public interface IDeltaActivities
{
    [Activity]
    Task<DeltaResult> DeltaAsync(DeltaInput input);
}

public interface IWriteActivities
{
    [Activity]
    Task<WriteResult> WriteAsync(ShardInput input);
}

public interface IDeliverActivities
{
    [Activity]
    Task<DeliverResult> DeliverAsync(DeliverInput input);
}

public interface IEnqueueActivities
{
    /// <summary>Puts a range of updates into the connector's queue, a message a user.</summary>
    [Activity]
    Task<DeliverResult> EnqueueAsync(DeliverInput input);
}

public interface IDrainActivities
{
    /// <summary>Receives from the connector's queue and sends to its destination, until the time is over or it is canceled; then settles what it holds and ends well.</summary>
    [Activity]
    Task<DrainResult> DrainAsync(DrainInput input);
}

public interface ICommitStateActivities
{
    [Activity]
    Task<CommitStateResult> CommitStateAsync(CommitStateInput input);
}

public interface IReportActivities
{
    /// <summary>Leaves what became of a connector in staging, for the report of a run with many of them.</summary>
    [Activity]
    Task<StageOutcomeResult> StageOutcomeAsync(StageOutcomeInput input);

    [Activity]
    Task<ReportResult> ReportAsync(ReportInput input);
}
