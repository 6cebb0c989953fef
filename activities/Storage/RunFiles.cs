using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Reads a job's config.json and a run's plan.</summary>
public static class RunFiles
{
    /// <summary>A plan names every input file: a thousand of Personalize's, and the configuration.</summary>
    public const int MaxPlanBytes = 16 << 20;

    // A message travels in payloads of 4 KB at most.
    private const int NamedProblems = 12;

    public static async Task<string> ReadConfigAsync(JobLocation job, CancellationToken cancellationToken)
    {
        try
        {
            return Encoding.UTF8.GetString(await job.Store.ReadAllAsync(RunKeys.ConfigOf(job.Prefix), ConfigurationReader.MaxBytes, cancellationToken));
        }
        catch (ObjectNotFoundException e)
        {
            throw new ConnectorException(
                FailureTypes.InvalidConfiguration, $"{job.JobPath} has no {ConfigurationReader.FileName}: it is no job, or the path is mistyped.", transient: false, cause: e);
        }
    }

    /// <exception cref="ConnectorException"><c>InvalidConfiguration</c>, with every problem.</exception>
    public static JobConfiguration ReadConfiguration(string text, JobLocation job)
    {
        var result = ConfigurationReader.Read(Encoding.UTF8.GetBytes(text), RunKeys.ConfigOf(job.Prefix));
        Refuse(result.Problems);
        return result.Configuration!;
    }

    /// <summary>Refuses where any problem is an error, naming all of them.</summary>
    public static void Refuse(IReadOnlyList<Problem> problems)
    {
        var errors = problems.Where(p => p.Severity == Severity.Error).ToList();
        if (errors.Count == 0)
        {
            return;
        }

        var text = new StringBuilder("The job cannot run:");
        foreach (var error in errors.Take(NamedProblems))
        {
            text.Append("\n- ").Append(error);
        }

        if (errors.Count > NamedProblems)
        {
            text.Append("\n- and more; \"personalize-connectors validate\" lists all ").Append(errors.Count);
        }

        throw new ConnectorException(FailureTypes.InvalidConfiguration, text.ToString(), transient: false);
    }
}
