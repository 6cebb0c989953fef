using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Diagnostics;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>Braze during one delivery range.</summary>
internal sealed class BrazeSession : RecordSession
{
    private readonly ConnectorConfiguration _connector;
    private BrazePayloadWriter? _payloads;
    private readonly BrazeClient _client;
    private readonly IDestinationSecrets _secrets;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private volatile BrazeAccount _account;

    /// <param name="payloads">Null where <see cref="Use"/> says how to render.</param>
    public BrazeSession(
        ConnectorConfiguration connector, BrazePayloadWriter? payloads, BrazeClient client, IDestinationSecrets secrets, DestinationAccount account, ILogger logger)
    {
        (_connector, _payloads, _client, _secrets, _logger) = (connector, payloads, client, secrets, logger);
        _account = BrazeAccount.Of(connector.Name, account);
        Account = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_account.Track}\n{_account.Key.Reveal()}")));
    }

    public override string Account { get; }

    public override int MaxPayloads => Math.Min(_connector.MaxObjectsPerRequest, BrazeLimits.Objects);

    public override int MaxBytes => _connector.MaxBytesPerRequest;

    public override long CollapsedUsers => _payloads?.CollapsedUsers ?? 0;

    public override long? DataPoints(ReadOnlySpan<byte> payload) => BrazeDataPoints.Of(payload);

    public override int Overhead(int payloads) => BrazeRequestWriter.Overhead(payloads);

    public override RenderResult Render(scoped in UserUpdate update, ByteWriter target, ISet<string> names) =>
        (_payloads ?? throw new InvalidOperationException("Nothing said how to render.")).Write(update, target, names);

    public override void Use(ConnectorConfiguration settings, Catalog catalog, IReadOnlyCollection<string> namesToClear)
    {
        _payloads?.Dispose();
        _payloads = new(settings, catalog, namesToClear);
    }

    public override void Assemble(ReadOnlySpan<byte> source, ReadOnlySpan<PayloadSlice> payloads, ByteWriter body) =>
        BrazeRequestWriter.Write(source, payloads, body);

    public override async Task<Answer> SendAsync(Batch batch, PayloadRange range, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var account = _account;
        switch (await _client.SendAsync(account.Track, account.Key, body, cancellationToken))
        {
            case BrazeAnswer.NotReached away:
                return new(new BatchResponse.NotReached(away.Reason));
            case BrazeAnswer.Lost lost:
                return new(new BatchResponse.Failed(lost.Reason));
            case BrazeAnswer.Received { Status: HttpStatusCode.Unauthorized } when await TryRenewAsync(account, cancellationToken):
                return new(new BatchResponse.KeyRenewed());
            case BrazeAnswer.Received received:
                var key = account.Key.Reveal();
                var response = BrazeResponseReader.Read(
                    received.Status, received.Body, range.Count, (index, text) => ReasonText.Clean(text, key, batch.UserIdTextOf(range.First + index)));
                return new(response is BatchResponse.Stop ? new BatchResponse.Stop(Explain(account, received.Status)) : response, received.Pause);
            case var other:
                throw new InvalidOperationException($"{other.GetType().Name} is no answer that is known.");
        }
    }

    public override void Dispose()
    {
        _payloads?.Dispose();
        _renewing.Dispose();
    }

    /// <summary>After a 401: true where the request is worth sending again, because the key was read anew since it went out.</summary>
    private async Task<bool> TryRenewAsync(BrazeAccount used, CancellationToken cancellationToken)
    {
        await _renewing.WaitAsync(cancellationToken);
        try
        {
            if (!ReferenceEquals(_account, used))
            {
                return true;
            }

            // As often as keys are rotated; the key that was refused is refused again.
            var account = BrazeAccount.Of(_connector.Name, await _secrets.ReadAsync(_connector.Name, cancellationToken));
            if (account.Key.Reveal() == used.Key.Reveal())
            {
                return false;
            }

            _account = account;
            _logger.KeyReadAnew(_connector.Name);
            return true;
        }
        finally
        {
            _renewing.Release();
        }
    }

    private string Explain(BrazeAccount account, HttpStatusCode status)
    {
        var cure = (int)status switch
        {
            401 => "The key is wrong, or belongs to another cluster. It was read anew, and is still the same. Set the right one, and look at the endpoint",
            403 => "The key may not do this, or the account is off. Give it the permission users.track in Braze's dashboard",
            404 => "There is no such address. Look at the endpoint",
            >= 300 and < 400 => "It wants to be asked elsewhere, and a key follows no redirection. Look at the endpoint",
            _ => "Braze does not take requests of this form. Look for a proxy between here and there",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Connector \"{_connector.Name}\": {account.Track.GetLeftPart(UriPartial.Path)} answered HTTP {(int)status}. {cure}, then run again: what was accepted is recorded.");
    }
}

/// <summary>A checked account.</summary>
internal sealed record BrazeAccount(Uri Track, ApiKey Key)
{
    public static BrazeAccount Of(string connector, DestinationAccount account) => new(BrazeEndpoint.Track(connector, account), account.Key);
}
