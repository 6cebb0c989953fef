using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>An input that cannot be read to its end.</summary>
internal static class DamagedInput
{
    public static ConnectorException Gzip(IObjectStore store, PlannedFile file, InvalidDataException cause) => new(
        FailureTypes.InvalidConfiguration,
        $"{store.Address}/{file.Key} ends in .gz, but cannot be decompressed to its end: it is cut short, damaged or not compressed. Put the file there again, whole.",
        transient: false,
        cause: cause);
}
