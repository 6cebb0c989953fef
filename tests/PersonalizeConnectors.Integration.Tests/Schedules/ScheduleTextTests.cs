using PersonalizeConnectors.Starter.Schedules;

namespace PersonalizeConnectors.Integration.Tests.Schedules;

/// <summary>What people type for a schedule, and how it is shown.</summary>
public sealed class ScheduleTextTests
{
    [Theory]
    [InlineData("0 3 * *", "has 4 fields; expected 5")]
    [InlineData("60 3 * * *", "the minute is \"60\"; expected 0 to 59")]
    [InlineData("0 3-25 * * *", "the hour is \"25\"")]
    [InlineData("0 9-5 * * *", "ends before it begins")]
    [InlineData("*/0 * * * *", "step is \"0\"")]
    [InlineData("0 3 0 * *", "the day of month is \"0\"")]
    [InlineData("0 3 * jna *", "Did you mean jan?")]
    [InlineData("0 3 * * mnoday", "Did you mean monday?")]
    [InlineData("0 3 * * 8", "the day of week is \"8\"; expected 0 to 7 or a name such as sun")]
    [InlineData("@dialy", "Did you mean @daily?")]
    [InlineData("@every 6h", "--every 6h")]
    [InlineData("CRON_TZ=Europe/Berlin 0 3 * * *", "--time-zone Europe/Berlin")]
    public void Cron_Wrong_IsNamed(string expression, string said) =>
        Assert.Contains(said, CronExpression.FindProblem(expression), StringComparison.Ordinal);

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("1d", 86_400)]
    [InlineData("0s", 0)]
    [InlineData("10", null)]
    [InlineData("30m1h", null)]
    [InlineData("", null)]
    [InlineData("-1h", null)]
    [InlineData("999999999d", null)]
    public void Duration_Text_IsRead(string text, int? seconds) => Assert.Equal(seconds, Durations.Parse(text)?.TotalSeconds);

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(5400, "1h30m")]
    [InlineData(86_401, "1d1s")]
    public void Duration_Seconds_AreWrittenAsTyped(int seconds, string text) => Assert.Equal(text, Durations.Text(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("UTC", null)]
    [InlineData("Europe/Berlin", null)]
    [InlineData("Europe/Berln", "Did you mean Europe/Berlin?")]
    [InlineData("europe/berlin", "Did you mean Europe/Berlin?")]
    [InlineData("new york", "Did you mean America/New_York?")]
    [InlineData("", "is unknown")]
    public void TimeZone_Name_IsKnownOrAnsweredWithTheNearest(string name, string? said)
    {
        var problem = TimeZones.FindProblem(name);

        Assert.Equal(said is null, problem is null);
        Assert.Contains(said ?? "", problem ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("skipp", "Did you mean skip?")]
    [InlineData("allow-all", "two runs of a job never overlap")]
    [InlineData("terminate-other", "Take cancel-other")]
    public void Overlap_WordThatIsNotTaken_SaysWhy(string word, string said) => Assert.Contains(said, OverlapWords.FindProblem(word), StringComparison.Ordinal);

    [Theory]
    [InlineData("2026-11-27T03:00+01:00", "2026-11-27T02:00:00Z")]
    [InlineData("2026-11-27 03:00:30Z", "2026-11-27T03:00:30Z")]
    [InlineData("27.11.2026", null)]
    [InlineData("yesterday", null)]
    public void BackfillTime_Text_IsRead(string text, string? time) =>
        Assert.Equal(time is null ? null : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), BackfillSpan.Parse(text));

    [Fact]
    public void BackfillTime_WithoutOffset_IsThisMachines()
    {
        var parsed = BackfillSpan.Parse("2026-11-27")!.Value;

        Assert.Equal(new DateTime(2026, 11, 27), parsed.DateTime);
        Assert.Equal(TimeZoneInfo.Local.GetUtcOffset(parsed), parsed.Offset);
    }

    [Fact]
    public void Time_InAnotherZone_ShowsBoth()
    {
        var time = new DateTimeOffset(2026, 11, 27, 23, 30, 0, TimeSpan.Zero);
        var newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

        Assert.Equal("2026-11-27 18:30:00 -05:00 (2026-11-28 00:30:00 Europe/Berlin)", ScheduleView.Time(time, "Europe/Berlin", newYork));
        Assert.Equal("2026-11-27 18:30:00 -05:00 (23:30:00 UTC)", ScheduleView.Time(time, "UTC", newYork));
        Assert.Equal("2026-11-27 23:30:00 +00:00", ScheduleView.Time(time, "UTC", TimeZoneInfo.Utc));
    }
}
