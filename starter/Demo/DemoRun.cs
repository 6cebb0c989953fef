using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Starter.Demo;

/// <summary>What one run of the demo left behind.</summary>
/// <param name="ReportJson">The report as it lies in <c>runs/</c>.</param>
/// <param name="Profile">The shown user's profile at Braze after the run.</param>
internal sealed record DemoRun(string ReportJson, BrazeProfile Profile)
{
    public ReportDocument Report { get; } = ReportDocument.Parse(System.Text.Encoding.UTF8.GetBytes(ReportJson));
}
