namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>Every number of a drain that configuration does not set, with its reason.</summary>
internal static class DrainPolicies
{
    /// <summary>Receives under way at once: one brings ten messages, and takes some 20 ms where there are any.</summary>
    public const int Receivers = 4;

    /// <summary>Messages held at most; SQS allows 120,000 of all receivers together.</summary>
    public const int MostHeld = 4000;

    /// <summary>Characters of their bodies at most, so that memory does not depend on their size.</summary>
    public const long MostHeldBytes = 32L * 1024 * 1024;

    /// <summary>Records rendered together at most.</summary>
    public const int MostInRound = 1500;

    /// <summary>How long a request that is not full waits for more messages.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long a destination may fail without a single success. Others would receive the messages meanwhile, and the redrive policy count it as poison,
    /// so a drain holds them: SQS lets it for 12 hours.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(11);

    /// <summary>Users after which the rate of rejections is counted anew: early trouble counts for hours else.</summary>
    public const long RejectWindow = 10_000;

    /// <summary>Receives in a row that may fail before the attempt does; each of them is tried several times by itself.</summary>
    public const int ReceiveTries = 5;

    /// <summary>Tries of a deletion; a message that stays comes again, and is told by its age.</summary>
    public const int DeleteTries = 3;

    /// <summary>Users whose newest record is remembered at least, so that older ones that come late are passed over; some 150 bytes each.</summary>
    public const int MostRemembered = 200_000;

    /// <summary>Settled messages after which deletion begins at once.</summary>
    public const int MessagesPerFlush = 100;

    /// <summary>Nothing new is sent while so many settled messages are not deleted.</summary>
    public const int MostUndeleted = 2000;
}
