using PersonalizeConnectors.Starter.Commands;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Starter.Schedules;

/// <summary>What becomes of a firing while a run that the schedule started is under way.</summary>
internal static class OverlapWords
{
    public const string Default = "skip";

    private static readonly (string Word, ScheduleOverlapPolicy Policy, string Meaning)[] Known =
    [
        (Default, ScheduleOverlapPolicy.Skip, "a firing while a run is under way is left out"),
        ("buffer-one", ScheduleOverlapPolicy.BufferOne, "one firing waits for the run under way; more are left out"),
        ("buffer-all", ScheduleOverlapPolicy.BufferAll, "every firing waits for its turn"),
        ("cancel-other", ScheduleOverlapPolicy.CancelOther, "a firing cancels the run under way, then runs"),
    ];

    /// <summary>Those that a schedule may be made with.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Known.Select(k => k.Word)];

    /// <summary>What is wrong with a word, in one sentence; null where nothing is.</summary>
    public static string? FindProblem(string word) => word switch
    {
        "allow-all" => "--overlap allow-all is refused: two runs of a job never overlap, so the second would fail. Take buffer-one to run after the one under way.",
        "terminate-other" => "--overlap terminate-other is refused: a terminated run has no time to record what was accepted. Take cancel-other, which waits for that.",
        _ => CommonOptions.Refuse("--overlap", word, All),
    };

    /// <param name="word">One of <see cref="All"/>.</param>
    public static ScheduleOverlapPolicy Policy(string word) => Array.Find(Known, k => k.Word == word).Policy;

    /// <summary>The word, also of a policy that only others set.</summary>
    public static string Word(ScheduleOverlapPolicy policy) => policy switch
    {
        ScheduleOverlapPolicy.Unspecified => Default,
        ScheduleOverlapPolicy.AllowAll => "allow-all",
        ScheduleOverlapPolicy.TerminateOther => "terminate-other",
        _ => Array.Find(Known, k => k.Policy == policy).Word,
    };

    /// <summary>Null where the word says it all.</summary>
    public static string? Meaning(string word) => Array.Find(Known, k => k.Word == word).Meaning;
}
