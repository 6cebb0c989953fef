using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.Overlay;
using PersonalizeConnectors.Activities.Validate;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Starter.History;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>What can be said of a job before it is run dry.</summary>
/// <param name="Problems">Those of <c>validate</c>; a connector without a usable account is a warning here.</param>
/// <param name="Configuration">Null where config.json cannot be used.</param>
/// <param name="LastRun">The newest report, or null.</param>
internal sealed record PlanCheck(IReadOnlyList<Problem> Problems, JobConfiguration? Configuration, ReportDocument? LastRun)
{
    public static Task<PlanCheck> RunAsync(string jobPath, CancellationToken cancellationToken) =>
        Patience.ShowAsync("Checking configuration and inputs", _ => LookAsync(jobPath, cancellationToken));

    private static async Task<PlanCheck> LookAsync(string jobPath, CancellationToken cancellationToken)
    {
        using var host = LocalHost.Create(jobPath, services => services.AddOverlayStorage());
        JobLocation job;
        try
        {
            job = host.Services.GetRequiredService<IJobLocator>().Open(jobPath);
        }
        catch (ConnectorException e) when (e.Type is FailureTypes.InvalidInput or FailureTypes.LocationRefused)
        {
            return new([new Problem { File = jobPath, Found = e.Message, Expected = "the folder of a job" }], null, null);
        }

        var result = await host.Services.GetRequiredService<JobValidator>().ValidateAsync(job, cancellationToken);
        var accounts = result.Configuration is null
            ? []
            : await host.Services.GetRequiredService<AccountCheck>().CheckAsync(result.Configuration, cancellationToken, onlyLooks: true);
        return new(
            [.. result.Problems, .. accounts.Select(p => p with { Severity = Severity.Warning, Expected = p.Expected + "; a run needs them, a plan does not" })],
            result.Configuration,
            await new RunHistory(job).FindLastAsync(cancellationToken));
    }
}
