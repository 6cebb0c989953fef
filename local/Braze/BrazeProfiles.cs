namespace PersonalizeConnectors.Local.Braze;

/// <summary>The kept profiles, for reading.</summary>
public sealed class BrazeProfiles
{
    private readonly ProfileStore _store;

    internal BrazeProfiles(ProfileStore store) => _store = store;

    public long Count => _store.Count;

    /// <summary>The user's profile, or null.</summary>
    public BrazeProfile? Find(UserIdentity identity) => _store.Find(identity)?.Copy();

    /// <summary>The profile of an external id, or null.</summary>
    public BrazeProfile? Find(string externalId) => Find(UserIdentity.External(externalId));

    /// <summary>Profiles of a kind, in ordinal order of their keys, after one of them.</summary>
    public IEnumerable<BrazeProfile> All(IdentifierKind kind = IdentifierKind.ExternalId, string? after = null) =>
        _store.After(kind, after).Select(profile => profile.Copy());
}
