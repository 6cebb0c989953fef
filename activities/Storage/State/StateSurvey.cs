using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>What a connector's sync state holds, counted from its files; nothing is changed.</summary>
public sealed record StateSurvey
{
    private static readonly DateOnly FirstDay = new(1970, 1, 1);

    /// <summary>Users with a list: those not marked gone.</summary>
    public required long Users { get; init; }

    /// <summary>Users marked gone.</summary>
    public required long Gone { get; init; }

    /// <summary>Users among both whose last update may have arrived or not: the next run sends them what it then has.</summary>
    public required long Unknown { get; init; }

    public required int Shards { get; init; }

    /// <summary>Of its files, without the manifest.</summary>
    public required long Bytes { get; init; }

    /// <summary>The run whose outcomes it holds.</summary>
    public required string Run { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>UTC days on which the oldest and the newest update of any of its users were accepted; null without such users.</summary>
    public required DateOnly? OldestAccepted { get; init; }

    public required DateOnly? NewestAccepted { get; init; }

    /// <summary>Every attribute name ever sent.</summary>
    public required IReadOnlyList<string> AttributeNames { get; init; }

    /// <summary>Reads every file of the state, and so checks all of it.</summary>
    /// <param name="onUsers">Told now and then how many users were read.</param>
    /// <returns>Null where there is no state yet.</returns>
    /// <exception cref="Failures.ConnectorException"><c>DamagedState</c>; the message names the way out.</exception>
    public static async Task<StateSurvey?> ReadAsync(JobLocation job, string connector, Action<long> onUsers, CancellationToken cancellationToken)
    {
        if (await StateManifests.LoadAsync(job, connector, cancellationToken) is not { Manifest: var manifest })
        {
            return null;
        }

        var (oldest, newest, read, unknown) = (int.MaxValue, int.MinValue, 0L, 0L);
        await using (var reader = new StateReader(job, connector, manifest, shardBits: 0, shard: 0))
        {
            const long Often = 100_000;
            while (await reader.MoveNextAsync(cancellationToken))
            {
                if (reader.Current.Fingerprint == Fingerprint.Unknown)
                {
                    unknown++;
                }
                else
                {
                    oldest = Math.Min(oldest, reader.Current.Day);
                    newest = Math.Max(newest, reader.Current.Day);
                }

                if (++read % Often == 0)
                {
                    onUsers(read);
                }
            }
        }

        return new()
        {
            Users = manifest.Users,
            Gone = manifest.Gone,
            Unknown = unknown,
            Shards = manifest.Files.Count,
            Bytes = manifest.Files.Sum(f => f.Size),
            Run = manifest.Run,
            WrittenAt = manifest.WrittenAt,
            OldestAccepted = read == unknown ? null : FirstDay.AddDays(oldest),
            NewestAccepted = read == unknown ? null : FirstDay.AddDays(newest),
            AttributeNames = manifest.AttributeNames,
        };
    }
}
