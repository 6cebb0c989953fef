using System.CommandLine;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>braze-simulator</c>: a Braze to try things on.</summary>
internal static class BrazeSimulatorCommand
{
    private const int DefaultPort = 8585;
    private const string DefaultKey = "simulator-key";

    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 takes a free one.", DefaultValueFactory = _ => DefaultPort };
        var key = new Option<string>("--api-key") { Description = "The REST key it accepts.", DefaultValueFactory = _ => DefaultKey };
        var command = new Command(
            "braze-simulator",
            """
            Starts a simulator of Braze's /users/track on 127.0.0.1 that keeps the profiles in memory. Ctrl-C ends it.

            Example: personalize-connectors braze-simulator --port 8585
            """)
        {
            port, key,
        };
        command.SetAction((parsed, cancellationToken) => ExecuteAsync(parsed.GetValue(port), parsed.GetValue(key)!, cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(int port, string key, CancellationToken cancellationToken)
    {
        using var interrupt = new Interrupt(cancellationToken);
        await using var simulator = await BrazeSimulator.StartAsync(new BrazeSimulatorOptions { Port = port, Settings = new() { ApiKey = key } }, interrupt.Token);
        await Console.Out.WriteLineAsync(
            $"""
            Braze simulator at {simulator.Address}
            For a run in another terminal:
              export Connectors__Braze__RestEndpointUrl={simulator.Address.ToString().TrimEnd('/')}
              export Connectors__Braze__ApiKey={key}
              export Connectors__Braze__AllowLoopback=true
            Profiles: {simulator.Address + "simulator/profiles"}    Ctrl-C ends it.
            """);
        await interrupt.WaitAsync();
        return ExitCodes.Done;
    }
}
