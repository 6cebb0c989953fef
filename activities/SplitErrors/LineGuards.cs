using System.Globalization;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.SplitErrors;

/// <summary>The guards that look at lines alone, before anything is made of them.</summary>
internal static class LineGuards
{
    /// <exception cref="ConnectorException"><c>GuardTripped</c>.</exception>
    public static void Check(Guards guards, LineCounts lines, bool overridden)
    {
        if (overridden)
        {
            return;
        }

        if (lines.Read < guards.MinLines)
        {
            throw Tripped(string.Create(
                CultureInfo.InvariantCulture,
                $"The batch output has {lines.Read} lines, fewer than guards.minLines = {guards.MinLines} asks for. Look whether the batch inference job wrote what it should"));
        }

        if (guards.MaxErrorRate is { } limit && lines.Read > 0 && (double)lines.Errors / lines.Read is var rate && rate > limit)
        {
            throw Tripped(string.Create(
                CultureInfo.InvariantCulture,
                $"{lines.Errors} of {lines.Read} lines of batch output are errors, a rate of {rate:0.####}; guards.maxErrorRate allows {limit:0.####}. The run's report lists their messages; mend the batch inference job's input"));
        }
    }

    private static ConnectorException Tripped(string message) => new(
        FailureTypes.GuardTripped,
        message + ", or run with --override-guards to go on all the same.",
        transient: false);
}
