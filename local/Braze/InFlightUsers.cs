namespace PersonalizeConnectors.Local.Braze;

/// <summary>Watches that no user is in two requests at once.</summary>
internal sealed class InFlightUsers(Statistics statistics)
{
    /// <summary>Takes the request's users until the result is disposed.</summary>
    public IDisposable Enter(TrackBody body, long sequence)
    {
        statistics.OnEnter();
        foreach (var one in body.Objects)
        {
            if (one.Profile?.Enter(sequence) == true)
            {
                statistics.OnOverlap();
            }
        }

        return new Stay(body, statistics);
    }

    private sealed class Stay(TrackBody body, Statistics statistics) : IDisposable
    {
        public void Dispose()
        {
            foreach (var one in body.Objects)
            {
                one.Profile?.Leave();
            }

            statistics.OnLeave();
        }
    }
}
