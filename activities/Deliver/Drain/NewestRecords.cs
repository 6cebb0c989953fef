namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>
/// The newest record begun of each user, so that repeats and older ones that come late are passed over. Bounded: once a generation of users is full the
/// one before it is forgotten, so that at least so many users are always remembered.
/// </summary>
/// <param name="generation">Users; twice as many are remembered at most.</param>
internal sealed class NewestRecords(int generation)
{
    private Dictionary<(string UserId, string Prefix), (RecordAge Age, string MessageId)> _young = [];
    private Dictionary<(string UserId, string Prefix), (RecordAge Age, string MessageId)> _old = [];

    /// <summary>True for a repeat of the user's newest record, and for what is older.</summary>
    public bool HasPassed(QueuedRecord record) =>
        (_young.TryGetValue(record.Key, out var newest) || _old.TryGetValue(record.Key, out newest))
        && (record.Age < newest.Age || (record.Age == newest.Age && record.Message.Id == newest.MessageId));

    public void Begin(QueuedRecord record)
    {
        if (_young.Count >= generation && !_young.ContainsKey(record.Key))
        {
            (_old, _young) = (_young, []);
        }

        _young[record.Key] = (record.Age, record.Message.Id);
    }
}
