using Temporalio.Client;

namespace PersonalizeConnectors.Tests.Shared;

/// <summary>What a test knows of the server it runs on: the same test runs on the embedded engine and on a real server.</summary>
public interface ITemporalServer
{
    /// <summary>Our four search attributes are registered, and no others of our own.</summary>
    ITemporalClient Client { get; }
}
