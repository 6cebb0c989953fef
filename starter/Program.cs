using System.CommandLine;
using PersonalizeConnectors.Starter;
using PersonalizeConnectors.Starter.Commands;

var root = new RootCommand("Sends Amazon Personalize batch recommendations to a customer-engagement destination: only what changed, with a named outcome for every user.")
{
    DemoCommand.Create(),
    InitCommand.Create(),
    ValidateCommand.Create(),
    PlanCommand.Create(),
    RunCommand.Create(),
    DevCommand.Create(),
    StatusCommand.Create(),
    WatchCommand.Create(),
    PauseCommand.Create(),
    ResumeCommand.Create(),
    CancelCommand.Create(),
    ScheduleCommand.Create(),
    RunsCommand.Create(),
    ReportCommand.Create(),
    StateCommand.Create(),
    QueueCommand.Create(),
    WatchEventsCommand.Create(),
    BrazeSimulatorCommand.Create(),
    CompletionCommand.Create(),
};

return await CommandLine.InvokeAsync(root, args);
