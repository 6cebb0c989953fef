using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Secrets;

/// <summary>Whether every connector that sends has an endpoint and a key that can be used; nothing is sent to find out.</summary>
public sealed class AccountCheck(IDestinationSecrets secrets, IEnumerable<IAccountRules> rules)
{
    /// <param name="onlyLooks">An AWS that cannot be reached is one more problem; a run waits for it instead.</param>
    public async Task<IReadOnlyList<Problem>> CheckAsync(JobConfiguration configuration, CancellationToken cancellationToken, bool onlyLooks = false)
    {
        var problems = new List<Problem>();
        foreach (var connector in configuration.Connectors.Where(c => c.Delivery == DeliveryMode.Direct))
        {
            try
            {
                var account = await secrets.ReadAsync(connector.Name, cancellationToken);
                rules.Single(r => r.Type == connector.Type).Check(connector.Name, account);
            }
            catch (ConnectorException e) when (e.Type == FailureTypes.InvalidConfiguration || (onlyLooks && e.Type == FailureTypes.AwsUnreachable))
            {
                problems.Add(new()
                {
                    File = "settings",
                    Path = $"connectors.{connector.Name}",
                    Found = e.Message.TrimEnd('.'),
                    Expected = "an endpoint and a key that can be used",
                });
            }
        }

        return problems;
    }
}
