using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PersonalizeConnectors.Activities;
using PersonalizeConnectors.Activities.CommitState;
using PersonalizeConnectors.Activities.Decorate;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Delta;
using PersonalizeConnectors.Activities.Diagnostics;
using PersonalizeConnectors.Activities.Join;
using PersonalizeConnectors.Activities.Load;
using PersonalizeConnectors.Activities.Plan;
using PersonalizeConnectors.Activities.Recover;
using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Activities.SplitErrors;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Table;
using PersonalizeConnectors.Activities.Watch;
using PersonalizeConnectors.Activities.Write;
using PersonalizeConnectors.Worker.Settings;
using PersonalizeConnectors.Worker.Slots;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using PersonalizeConnectors.Workflows.Jobs;
using PersonalizeConnectors.Workflows.Watch;
using Temporalio.Client;
using Temporalio.Extensions.Hosting;
using Temporalio.Worker.Tuning;

namespace PersonalizeConnectors.Worker;

/// <summary>The one way to host the project's workflows and activities: in the worker process, and in the command line.</summary>
public static class ConnectorWorkerServiceCollectionExtensions
{
    // A killed attempt's details are at most so old; the outcome log bounds what is repeated, this bounds what is shown.
    private static readonly TimeSpan HeartbeatThrottle = TimeSpan.FromMilliseconds(200);

    // Requests in flight settle and the outcome log is closed within it.
    private static readonly TimeSpan GracefulShutdown = TimeSpan.FromSeconds(20);

    // And then cancellation is obeyed, the last segment written and the attempt's failure told to the service.
    internal static readonly TimeSpan HostShutdown = GracefulShutdown + TimeSpan.FromSeconds(15);

    public static IServiceCollection AddConnectorWorker(
        this IServiceCollection services, IConfiguration configuration, ConnectorWorkerSettings settings)
    {
        services.AddConnectorActivities(configuration);
        services.Configure<HostOptions>(host =>
        {
            // One after the other, four workers would take four times as long as each of them may.
            host.ServicesStopConcurrently = true;
            host.ShutdownTimeout = HostShutdown;
        });
        services.AddSingleton<IServiceIdentity, NamespaceIdentity>();
        services.AddSingleton<ITemporalClient>(_ => TemporalClient.CreateLazy(WithConverter(settings.Connect)));
        services.AddSingleton<ILiveRuns, ServiceRuns>();
        services.AddSingleton<RegisteredSearchAttributes>();
        services.AddSingleton<IRegisteredSearchAttributes>(provider => provider.GetRequiredService<RegisteredSearchAttributes>());
        services.AddHostedService(provider => provider.GetRequiredService<RegisteredSearchAttributes>());
        var data = new Limit(Environment.ProcessorCount);
        var deliver = new Limit((configuration.GetSection(WorkerOptions.Section).Get<WorkerOptions>() ?? new()).DeliverSlots);
        foreach (var queue in settings.TaskQueues)
        {
            AddDataWorker(services, queue, data);
            AddDeliverWorker(services, TaskQueues.DeliverOf(queue), deliver);
        }

        return services;
    }

    /// <summary>The options with the project's converter, which every client must use.</summary>
    public static TemporalClientConnectOptions WithConverter(TemporalClientConnectOptions connect)
    {
        var options = (TemporalClientConnectOptions)connect.Clone();
        options.DataConverter = ConnectorDataConverter.Instance;
        return options;
    }

    private static void AddDataWorker(IServiceCollection services, string queue, Limit limit) =>
        services.AddHostedTemporalWorker(queue)
            .AddWorkflow<ConnectorJobWorkflow>()
            .AddWorkflow<ConnectorDeliveryWorkflow>()
            .AddWorkflow<QueueDrainWorkflow>()
            .AddWorkflow<OutputWatchWorkflow>()
            .AddSingletonActivities<RecoverActivities>()
            .AddSingletonActivities<PlanActivities>()
            .AddSingletonActivities<LoadActivities>()
            .AddSingletonActivities<SplitErrorsActivities>()
            .AddSingletonActivities<TableActivities>()
            .AddSingletonActivities<JoinActivities>()
            .AddSingletonActivities<DecorateActivities>()
            .AddSingletonActivities<DeltaActivities>()
            .AddSingletonActivities<WriteActivities>()
            .AddSingletonActivities<CommitStateActivities>()
            .AddSingletonActivities<ReportActivities>()
            .ConfigureOptions(limit.Apply);

    private static void AddDeliverWorker(IServiceCollection services, string queue, Limit limit) =>
        services.AddHostedTemporalWorker(queue)
            .AddSingletonActivities<DeliverActivities>()
            .AddSingletonActivities<EnqueueActivities>()
            .AddSingletonActivities<DrainActivities>()
            .AddSingletonActivities<WatchActivities>()
            .AddSingletonActivities<PartActivities>()
            .ConfigureOptions(options =>
            {
                limit.Apply(options);
                options.DisableEagerActivityExecution = true;
            });

    /// <summary>Slots for activities that the workers of several queues share.</summary>
    private sealed class Limit(int slots)
    {
        // The SDK's own number; workflow tasks take no time to speak of.
        private static readonly FixedSizeSlotSupplier Others = new(100);

        private readonly SharedSlots _slots = new(slots);
        private readonly RunningLimit _running = new(slots, TimeProvider.System);

        public void Apply(TemporalWorkerServiceOptions options)
        {
            options.Tuner = new WorkerTuner(Others, _slots, Others, Others);
            options.Interceptors = [_running];
            options.MaxHeartbeatThrottleInterval = HeartbeatThrottle;
            options.GracefulShutdownTimeout = GracefulShutdown;
        }
    }
}
