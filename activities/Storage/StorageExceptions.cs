using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>The store refused or failed: denied, full, unreachable.</summary>
public class StorageException(string message, bool transient, Exception? cause = null, string type = FailureTypes.Storage)
    : ConnectorException(type, message, transient, cause: cause);

/// <summary>AWS could not be reached, or did not let this identity in.</summary>
public sealed class AwsUnreachableException(string message, bool transient, Exception? cause = null)
    : StorageException(message, transient, cause, FailureTypes.AwsUnreachable);

/// <summary>There is no such object or folder.</summary>
public sealed class ObjectNotFoundException(string message, Exception? cause = null) : StorageException(message, transient: false, cause);

/// <summary>The object is no longer the one that was planned.</summary>
public sealed class ObjectChangedException(string message)
    : ConnectorException(FailureTypes.InputChanged, message, transient: false);

/// <summary>A conditional put found another object than it was told to.</summary>
public sealed class PutConflictException(string message) : StorageException(message, transient: false);
