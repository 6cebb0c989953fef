using System.Diagnostics.CodeAnalysis;

namespace PersonalizeConnectors.Core.Configuration;

/// <summary>What reading a <c>config.json</c> gave: a configuration, perhaps with warnings, or everything that is wrong with it.</summary>
public sealed class ConfigurationResult
{
    private ConfigurationResult(
        JobConfiguration? configuration, IReadOnlyList<Problem> problems, string? batchInferencePath, int settleSeconds)
    {
        Configuration = configuration;
        Problems = problems;
        BatchInferencePath = batchInferencePath;
        SettleSeconds = settleSeconds;
    }

    /// <summary>Null where any problem is an error.</summary>
    public JobConfiguration? Configuration { get; }

    [MemberNotNullWhen(true, nameof(Configuration), nameof(BatchInferencePath))]
    public bool IsValid => Configuration is not null;

    /// <summary>Errors and warnings in the order of the file; with a configuration, warnings alone.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>The path, where that key itself is right: an input can be checked although other keys are wrong.</summary>
    public string? BatchInferencePath { get; }

    public int SettleSeconds { get; }

    internal static ConfigurationResult Valid(JobConfiguration configuration, IReadOnlyList<Problem> warnings) =>
        new(configuration, warnings, configuration.BatchInferencePath, configuration.SettleSeconds);

    internal static ConfigurationResult Invalid(
        IReadOnlyList<Problem> problems, string? batchInferencePath = null, int settleSeconds = JobConfiguration.DefaultSettleSeconds) =>
        new(null, problems, batchInferencePath, settleSeconds);
}
