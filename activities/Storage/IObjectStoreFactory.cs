namespace PersonalizeConnectors.Activities.Storage;

/// <summary>One kind of store: which paths are its own, how they are written, and how a root is opened.</summary>
public interface IObjectStoreFactory
{
    /// <summary>The form of its job paths, for messages.</summary>
    string Form { get; }

    /// <summary>True where the path is written in this kind's way, whatever it leads to.</summary>
    bool Accepts(string path);

    /// <summary>The one spelling of the path: absolute, without a trailing slash, links followed.</summary>
    /// <exception cref="Failures.ConnectorException"><c>InvalidInput</c>.</exception>
    string Canonicalize(string path);

    /// <summary>Opens a root by its canonical path.</summary>
    /// <exception cref="Failures.ConnectorException"><c>LocationRefused</c> where this worker does not take it.</exception>
    IObjectStore Open(string root);

    /// <summary>The same root for a reader that leaves no trace: nothing is tidied up on the way either.</summary>
    /// <exception cref="Failures.ConnectorException"><c>LocationRefused</c>.</exception>
    IObjectStore OpenForReading(string root) => Open(root);

    /// <summary>Refuses a job folder that can be seen not to exist; a store that cannot tell cheaply lets it pass.</summary>
    /// <exception cref="Failures.ConnectorException"><c>InvalidInput</c>.</exception>
    void RequireFolder(string path);
}
