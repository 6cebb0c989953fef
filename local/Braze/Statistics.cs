using System.Collections.Concurrent;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>Counters behind <see cref="BrazeStatistics"/>.</summary>
internal sealed class Statistics
{
    private readonly ConcurrentDictionary<int, long> _answers = new();
    private readonly ConcurrentDictionary<string, long> _drops = new();
    private long _requests;
    private long _bodyBytes;
    private long _processed;
    private long _objectErrors;
    private long _unknownUsers;
    private long _unchanged;
    private long _rateLimited;
    private long _faults;
    private long _overlaps;
    private long _inFlight;
    private long _peakInFlight;

    public void OnRequest() => Interlocked.Increment(ref _requests);

    public void OnBody(int bytes) => Interlocked.Add(ref _bodyBytes, bytes);

    public void OnAnswer(int status) => _answers.AddOrUpdate(status, 1, static (_, count) => count + 1);

    public void OnObjects(int processed, int errors)
    {
        Interlocked.Add(ref _processed, processed);
        Interlocked.Add(ref _objectErrors, errors);
    }

    public void OnUnknownUser() => Interlocked.Increment(ref _unknownUsers);

    public void OnUnchanged() => Interlocked.Increment(ref _unchanged);

    public void OnSilentDrop(string reason) => _drops.AddOrUpdate(reason, 1, static (_, count) => count + 1);

    public void OnRateLimited() => Interlocked.Increment(ref _rateLimited);

    public void OnFault() => Interlocked.Increment(ref _faults);

    public void OnOverlap() => Interlocked.Increment(ref _overlaps);

    public void OnEnter()
    {
        var now = Interlocked.Increment(ref _inFlight);
        for (var peak = Interlocked.Read(ref _peakInFlight); now > peak; peak = Interlocked.Read(ref _peakInFlight))
        {
            Interlocked.CompareExchange(ref _peakInFlight, now, peak);
        }
    }

    public void OnLeave() => Interlocked.Decrement(ref _inFlight);

    public BrazeStatistics Snapshot(long profiles, long peakInWindow) => new()
    {
        Requests = Interlocked.Read(ref _requests),
        Answers = new SortedDictionary<int, long>(_answers.ToDictionary()),
        BodyBytes = Interlocked.Read(ref _bodyBytes),
        ObjectsProcessed = Interlocked.Read(ref _processed),
        ObjectErrors = Interlocked.Read(ref _objectErrors),
        UnknownUsersIgnored = Interlocked.Read(ref _unknownUsers),
        UnchangedUpdates = Interlocked.Read(ref _unchanged),
        SilentDrops = new SortedDictionary<string, long>(_drops.ToDictionary(), StringComparer.Ordinal),
        RateLimited = Interlocked.Read(ref _rateLimited),
        Faults = Interlocked.Read(ref _faults),
        Overlaps = Interlocked.Read(ref _overlaps),
        PeakInFlight = Interlocked.Read(ref _peakInFlight),
        PeakInWindow = peakInWindow,
        Profiles = profiles,
    };

    public void Reset()
    {
        _answers.Clear();
        _drops.Clear();
        Interlocked.Exchange(ref _requests, 0);
        Interlocked.Exchange(ref _bodyBytes, 0);
        Interlocked.Exchange(ref _processed, 0);
        Interlocked.Exchange(ref _objectErrors, 0);
        Interlocked.Exchange(ref _unknownUsers, 0);
        Interlocked.Exchange(ref _unchanged, 0);
        Interlocked.Exchange(ref _rateLimited, 0);
        Interlocked.Exchange(ref _faults, 0);
        Interlocked.Exchange(ref _overlaps, 0);
        Interlocked.Exchange(ref _peakInFlight, 0);
    }
}
