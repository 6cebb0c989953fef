using System.CommandLine;
using System.Net;
using System.Net.Sockets;
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
        var port = CommonOptions.Number("--port", $"Port it listens on; 0 takes a free one, {DefaultPort} is taken where it is left out.", 0, ushort.MaxValue);
        var listen = ListenOption();
        var key = new Option<string>("--api-key") { Description = "The REST key it accepts.", DefaultValueFactory = _ => DefaultKey };
        var json = CommonOptions.Json();
        var command = new Command(
            "braze-simulator",
            """
            Starts a simulator of Braze's /users/track that keeps the profiles in memory. Ctrl-C ends it.
            It listens on 127.0.0.1, for this machine alone: reading profiles and setting faults asks for no key. In a container, whose port is
            published to one machine, it has to listen on all addresses: --listen 0.0.0.0. A run sends to a simulator only over loopback.

            Example: personalize-connectors braze-simulator --port 8585
            """)
        {
            port, listen, key, json,
        };
        command.SetAction((parsed, cancellationToken) => ExecuteAsync(
            new BrazeSimulatorOptions
            {
                Listen = parsed.GetValue(listen)!,
                Port = (int)(parsed.GetValue(port) ?? DefaultPort),
                Settings = new() { ApiKey = parsed.GetValue(key)! },
            },
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static Option<IPAddress> ListenOption() => new("--listen")
    {
        Description = "Address of this machine that it listens on; 0.0.0.0 or :: for all of them.",
        HelpName = "address",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (IPAddress.TryParse(text, out var address))
            {
                return address;
            }

            result.AddError($"--listen expects an IP address of this machine, such as 127.0.0.1 or 0.0.0.0, and \"{text}\" is none.");
            return null;
        },
    };

    private static async Task<int> ExecuteAsync(BrazeSimulatorOptions options, bool json, CancellationToken cancellationToken)
    {
        using var interrupt = new Interrupt(cancellationToken);
        BrazeSimulator started;
        try
        {
            started = await BrazeSimulator.StartAsync(options, interrupt.Token);
        }
        catch (IOException e)
        {
            return await CommandEnd.FailAsync(json, ExitCodes.Failed, $"Port {options.Port} cannot be had ({e.Message}). Give another with --port; 0 takes a free one.");
        }
        catch (SocketException e)
        {
            return await CommandEnd.FailAsync(
                json, ExitCodes.Failed, $"{options.Listen} port {options.Port} cannot be listened on ({e.Message}). Give an address of this machine with --listen, a free port with --port.");
        }

        await using var simulator = started;
        var key = simulator.ApiKey;
        var address = simulator.Address.ToString().TrimEnd('/');
        await Console.Out.WriteLineAsync(json
            ? Document.Of(new BrazeSimulatorDocument(address, key, address + "/simulator/profiles"))
            : $"""
            Braze simulator at {address}/
            For a run, or a worker, in another terminal:
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
