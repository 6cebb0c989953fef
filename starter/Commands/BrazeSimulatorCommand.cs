using System.CommandLine;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>braze-simulator</c>: a Braze to try things on.</summary>
internal static class BrazeSimulatorCommand
{
    private const int DefaultPort = 8585;
    private const string DefaultKey = "simulator-key";

    public static Command Create()
    {
        var port = CommonOptions.Number("--port", $"Port on 127.0.0.1; 0 takes a free one, {DefaultPort} is taken where it is left out.", 0, ushort.MaxValue);
        var key = new Option<string>("--api-key") { Description = "The REST key it accepts.", DefaultValueFactory = _ => DefaultKey };
        var json = CommonOptions.Json();
        var command = new Command(
            "braze-simulator",
            """
            Starts a simulator of Braze's /users/track on 127.0.0.1 that keeps the profiles in memory. Ctrl-C ends it.

            Example: personalize-connectors braze-simulator --port 8585
            """)
        {
            port, key, json,
        };
        command.SetAction((parsed, cancellationToken) => ExecuteAsync((int)(parsed.GetValue(port) ?? DefaultPort), parsed.GetValue(key)!, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(int port, string key, bool json, CancellationToken cancellationToken)
    {
        using var interrupt = new Interrupt(cancellationToken);
        BrazeSimulator started;
        try
        {
            started = await BrazeSimulator.StartAsync(new BrazeSimulatorOptions { Port = port, Settings = new() { ApiKey = key } }, interrupt.Token);
        }
        catch (IOException e)
        {
            return await CommandEnd.FailAsync(json, ExitCodes.Failed, $"Port {port} cannot be had ({e.Message}). Give another with --port; 0 takes a free one.");
        }

        await using var simulator = started;
        var address = simulator.Address.ToString().TrimEnd('/');
        await Console.Out.WriteLineAsync(json
            ? Document.Of(new BrazeSimulatorDocument(address, key, address + "/simulator/profiles"))
            : $"""
            Braze simulator at {address}/
            For a run in another terminal:
              export Connectors__Braze__RestEndpointUrl={address}
              export Connectors__Braze__ApiKey={key}
              export Connectors__Braze__AllowLoopback=true
            Profiles: {address}/simulator/profiles    Ctrl-C ends it.
            """);
        await interrupt.WaitAsync();
        return ExitCodes.Done;
    }
}

/// <summary><c>docs/braze-simulator.schema.json</c>; printed once it answers.</summary>
internal sealed record BrazeSimulatorDocument(string RestEndpointUrl, string ApiKey, string Profiles);
