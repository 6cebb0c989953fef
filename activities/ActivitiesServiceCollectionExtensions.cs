using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.CommitState;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Plan;
using PersonalizeConnectors.Activities.Recover;
using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Activities.Validate;
using PersonalizeConnectors.Activities.Watch;

namespace PersonalizeConnectors.Activities;

/// <summary>Everything the steps need; the host adds an <see cref="IServiceIdentity"/> and which search attributes are registered.</summary>
public static class ActivitiesServiceCollectionExtensions
{
    public static IServiceCollection AddConnectorActivities(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration);
        services.AddLogging();
        return services
            .AddConnectorStorage()
            .AddDestinationSecrets()
            .AddQueues()
            .AddDelivery()
            .AddDetection()
            .AddSingleton<IStateStore, StateStore>()
            .AddSingleton<ISentAttributes, SentAttributes>()
            .AddSingleton<StatePublisher>()
            .AddSingleton<RunPlanner>()
            .AddSingleton<OrphanCommit>()
            .AddSingleton<RetractedUsers>()
            .AddSingleton<RunRecovery>()
            .AddSingleton<StateCommitter>()
            .AddSingleton<RunReporter>()
            .AddSingleton<JobValidator>();
    }
}
