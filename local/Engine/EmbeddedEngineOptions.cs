using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Temporalio.Common;

namespace PersonalizeConnectors.Local.Engine;

/// <summary>What an embedded engine is started with.</summary>
public sealed record EmbeddedEngineOptions
{
    /// <summary>The loopback port to listen on. Default 0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>The one namespace there is. Default "default".</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Search attributes beside Temporal's own. As on a server, a workflow task that sets any other fails until it is added.</summary>
    public IReadOnlyList<SearchAttributeKey> SearchAttributes { get; init; } = [];

    /// <summary>Where faults inside the engine are told. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
