using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Policies;

namespace PersonalizeConnectors.Activities.Plan;

/// <summary>Looks at everything a run will read, refuses what cannot work before anything is written, and cuts the rest into pieces.</summary>
public sealed class RunPlanner(
    IJobLocator locator, IJobHold hold, AccountCheck accounts, QueueCheck queues, TimeProvider time)
{
    // Design: a range holds at least so many requests, so that a delivery activity is worth its events.
    private const int RequestsPerRange = 500;

    /// <exception cref="ConnectorException"><c>InvalidConfiguration</c> with every problem; <c>InputChanged</c> where an input is still being written.</exception>
    public async Task<PlanResult> PlanAsync(PlanInput input, StepContext context)
    {
        var job = locator.Open(input.Run.JobPath);
        await hold.KeepAsync(job, input.Run.RunId, context.CancellationToken);
        try
        {
            return await PlanAsync(input, job, context.CancellationToken);
        }
        catch (ConnectorException e) when (e.Type == FailureTypes.InvalidConfiguration)
        {
            // Such a run ends here, without a report: nobody else lets the job go.
            await hold.ReleaseAsync(job, input.Run.RunId, context.CancellationToken);
            throw;
        }
    }

    private async Task<PlanResult> PlanAsync(PlanInput input, JobLocation job, CancellationToken cancellationToken)
    {
        var keys = new RunKeys(job.Prefix, input.Run.RunId);
        if (await job.Store.FindAsync(keys.Plan, cancellationToken) is not null)
        {
            // An attempt before this one came so far; later steps may have begun with its plan.
            return await KnownAsync(job, keys, cancellationToken);
        }

        var text = await RunFiles.ReadConfigAsync(job, cancellationToken);
        var configuration = RunFiles.ReadConfiguration(text, job);
        var problems = new List<Problem>();
        problems.AddRange(RunnableJobs.RefuseType(job));
        var inputs = await PlannedInputs.FindAsync(job, locator, configuration, time, problems, cancellationToken);
        problems.AddRange(await accounts.CheckAsync(configuration, cancellationToken));
        problems.AddRange(await queues.CheckAsync(configuration, cancellationToken));
        RunFiles.Refuse(problems);

        var plan = Cut(input, job, text, configuration, inputs!);
        await inputs!.LookAgainAsync(cancellationToken);
        try
        {
            await job.Store.PutAsync(keys.Plan, plan.ToJson(), PutCondition.IfAbsent, cancellationToken);
            return Result(plan, configuration);
        }
        catch (PutConflictException)
        {
            // An attempt that stood still for long finds that another one went ahead, perhaps with other inputs: a run has one plan.
            return await KnownAsync(job, keys, cancellationToken);
        }
    }

    private static async Task<PlanResult> KnownAsync(JobLocation job, RunKeys keys, CancellationToken cancellationToken)
    {
        var known = RunPlan.Parse(await job.Store.ReadAllAsync(keys.Plan, RunFiles.MaxPlanBytes, cancellationToken));
        return Result(known, RunFiles.ReadConfiguration(known.Config, job));
    }

    private static RunPlan Cut(PlanInput input, JobLocation job, string text, JobConfiguration configuration, PlannedInputs inputs)
    {
        var batchBytes = inputs.BatchFiles.Sum(ChunkPlanner.Work);
        var mappingBytes = inputs.MappingFiles.Sum(ChunkPlanner.Work);
        return new RunPlan
        {
            RunId = input.Run.RunId,
            StartedAt = input.StartedAt,
            JobType = job.JobType,
            JobName = job.JobName,
            ItemKeyed = JobTypes.IsItemKeyed(job.JobType),
            Config = text,
            ShardBits = ShardPlanner.Bits(batchBytes, mappingBytes, configuration.Connectors.Count),
            BatchFiles = inputs.BatchFiles,
            MappingFiles = inputs.MappingFiles,
            MetadataFiles = inputs.MetadataFiles,
            HasMetadata = inputs.MetadataFiles.Count > 0,
            Chunks = ChunkPlanner.Cut(inputs.BatchFiles, canCut: true, ActivityPolicies.MaxPerStep),
            // A quoted field may hold a line end, so a mapping file is read by one activity from its beginning.
            MappingChunks = ChunkPlanner.Cut(inputs.MappingFiles, canCut: false, ActivityPolicies.MaxPerStep),
            FullResync = input.Options.FullResync,
            Users = input.Options.Users,
            Limit = input.Options.Limit,
            OverrideGuards = input.Options.OverrideGuards,
        };
    }

    private static PlanResult Result(RunPlan plan, JobConfiguration configuration) => new()
    {
        JobType = plan.JobType,
        ItemKeyed = plan.ItemKeyed,
        Chunks = plan.Chunks.Count,
        MappingChunks = plan.MappingChunks.Count,
        Shards = plan.Shards,
        Connectors = [.. configuration.Connectors.Select(c => new PlannedConnector(
            c.Name, c.Type, NameOf(c.Delivery), RequestsPerRange * c.MaxObjectsPerRequest))],
        MaxChangeRate = configuration.Guards.MaxChangeRate,
        MaxRemovalRate = configuration.Guards.MaxRemovalRate,
    };

    private static string NameOf(DeliveryMode delivery) => delivery switch
    {
        DeliveryMode.Direct => DeliveryModes.Direct,
        DeliveryMode.Queue => DeliveryModes.Queue,
        _ => DeliveryModes.None,
    };
}
