using System.Text.RegularExpressions;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Worker.Service;

/// <summary>Why a Temporal service cannot be used.</summary>
/// <param name="Sentence">What is wrong, where, and what to check.</param>
/// <param name="MayPass">Waiting may cure it: the service is not there. False where it is there and refuses.</param>
public sealed partial record ServiceTrouble(string Sentence, bool MayPass)
{
    // A service that is there answers in a fraction of it; whoever waits for an answer at a terminal gets one within ten seconds.
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(8);

    /// <summary>Connects where that is still to be done, and looks whether the namespace is there.</summary>
    /// <returns>Null where all is well.</returns>
    public static Task<ServiceTrouble?> FindAsync(ITemporalClient client, CancellationToken cancellationToken) => FindAsync(client, UsualPatience, cancellationToken);

    internal static async Task<ServiceTrouble?> FindAsync(ITemporalClient client, TimeSpan time, CancellationToken cancellationToken)
    {
        var place = new Place(client.Connection.Options.TargetHost!, client.Options.Namespace, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(time);
        try
        {
            // The native part goes on trying where packets are swallowed, for minutes.
            await client.Connection.ConnectAsync().WaitAsync(patience.Token);
            await client.WorkflowService.DescribeNamespaceAsync(
                new DescribeNamespaceRequest { Namespace = client.Options.Namespace }, new RpcOptions { CancellationToken = patience.Token, Retry = false });
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return place.Silent();
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return patience.IsCancellationRequested ? place.Silent() : Of(e, place);
        }
        catch (InvalidOperationException e)
        {
            // The first call's status stands in the text alone.
            return RefusedStatus().IsMatch(e.Message) ? place.Refused() : place.Away(Cause().Match(e.Message) is { Success: true } cause ? cause.Groups[1].Value : null);
        }
        catch (ArgumentException e)
        {
            // An address that is none, as a URL is.
            return place.Away(e.Message) with { MayPass = false };
        }
    }

    private static ServiceTrouble? Of(RpcException e, Place place) => e.Code switch
    {
        RpcException.StatusCode.NotFound => place.WithoutNamespace(),
        RpcException.StatusCode.Unauthenticated or RpcException.StatusCode.PermissionDenied => place.Refused(),
        RpcException.StatusCode.Unimplemented => null,
        _ => place.Away(e.Message),
    };

    [GeneratedRegex("code: (?:Unauthenticated|PermissionDenied)")]
    private static partial Regex RefusedStatus();

    [GeneratedRegex("(?:message|error): \"([^\"]+)\"")]
    private static partial Regex Cause();

    private sealed record Place(string Address, string Namespace, TimeSpan Time)
    {
        public ServiceTrouble Away(string? cause) => new(
            $"Temporal at {Address} (namespace {Namespace}) cannot be reached{(cause is null ? "" : $": {cause.TrimEnd('.')}")}. "
            + "Check TEMPORAL_ADDRESS (host:port) and TEMPORAL_TLS, and that the service is up.",
            MayPass: true);

        public ServiceTrouble Silent() => Away($"no answer within {Time.TotalSeconds:0} seconds");

        public ServiceTrouble Refused() => new(
            $"Temporal at {Address} refuses these credentials for namespace {Namespace}. "
            + "Check TEMPORAL_API_KEY (or TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH), its expiry, and TEMPORAL_NAMESPACE.",
            MayPass: false);

        public ServiceTrouble WithoutNamespace() => new(
            $"Temporal at {Address} has no namespace \"{Namespace}\". "
            + $"Check TEMPORAL_NAMESPACE, or create it: temporal operator namespace create --namespace {Namespace} --address {Address}",
            MayPass: false);
    }
}

/// <summary>The service is there and refuses; the message says what to check.</summary>
public sealed class ServiceRefusedException(string message) : Exception(message);
