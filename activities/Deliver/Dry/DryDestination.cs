using PersonalizeConnectors.Activities.Storage;

namespace PersonalizeConnectors.Activities.Deliver.Dry;

/// <summary>A destination up to the moment of sending: the same checks, payloads, batches and bodies, and nothing goes out.</summary>
internal sealed class DryDestination(IDestination inner, IStateStore states, ISentAttributes sentAttributes, DryTally tally) : IDestination
{
    public string Type => inner.Type;

    public async Task<DestinationSession> OpenAsync(DestinationContext context, CancellationToken cancellationToken)
    {
        var connector = tally.Of(context.Connector.Name);
        if (!connector.HasBegun)
        {
            var choice = await new SampleChooser(context, states, tally.SamplesPerKind).ChooseAsync(cancellationToken);
            connector.Begin(choice, await sentAttributes.ReadAsync(context.Run, context.Connector.Name, cancellationToken));
        }

        return new DrySession(await inner.OpenAsync(context, cancellationToken), connector);
    }
}
