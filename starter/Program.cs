using System.CommandLine;
using PersonalizeConnectors.Starter;
using PersonalizeConnectors.Starter.Commands;

var root = new RootCommand("Sends Amazon Personalize batch recommendations to a customer-engagement destination: only what changed, with a named outcome for every user.")
{
    DemoCommand.Create(),
    PlanCommand.Create(),
    RunCommand.Create(),
    ValidateCommand.Create(),
    StateCommand.Create(),
    BrazeSimulatorCommand.Create(),
};

return await CommandLine.InvokeAsync(root, args);
