namespace PersonalizeConnectors.Activities.Secrets;

/// <summary>Which endpoints a destination may be at; one for each destination type, checked before anything is written and again before sending.</summary>
public interface IAccountRules
{
    /// <summary>The connector type, <c>braze</c> for one.</summary>
    string Type { get; }

    /// <exception cref="Failures.ConnectorException"><c>InvalidConfiguration</c>: the endpoint is none of this destination's.</exception>
    void Check(string connector, DestinationAccount account);
}
