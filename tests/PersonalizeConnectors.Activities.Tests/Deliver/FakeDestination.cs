using System.Text;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Tests.Deliver;

/// <summary>A destination that answers as the test says; a payload is <c>{"id":"…"}</c>, a body has one a line.</summary>
internal sealed class FakeDestination(TimeProvider clock) : IDestination
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _inFlight = new(StringComparer.Ordinal);

    public string Type { get; set; } = "fake";

    /// <summary>The answer to a request, by the user ids in it; asked for when it is sent. Default: everybody is accepted.</summary>
    public Func<IReadOnlyList<string>, Answer> OnSend { get; set; } = _ => new(BatchResponse.Settled.Whole);

    /// <summary>Why a user is refused before sending; null: it is not.</summary>
    public Func<string, string?> OnRender { get; set; } = _ => null;

    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(20);

    public int MaxBytes { get; set; } = 100_000;

    /// <summary>Every request with its time and users, in the order sent.</summary>
    public List<(DateTimeOffset At, IReadOnlyList<string> Users)> Requests { get; } = [];

    /// <summary>Users whose request was settled, once for each time.</summary>
    public List<string> Accepted { get; } = [];

    public int MostInFlight { get; private set; }

    public Task<DestinationSession> OpenAsync(DestinationContext context, CancellationToken cancellationToken) =>
        Task.FromResult<DestinationSession>(new Session(this, context));

    private async Task<Answer> SendAsync(IReadOnlyList<string> users, CancellationToken cancellationToken)
    {
        Answer answer;
        lock (_gate)
        {
            Requests.Add((clock.GetUtcNow(), users));
            Assert.All(users, user => Assert.True(_inFlight.Add(user), "A user is in two requests at once."));
            answer = OnSend(users);
            MostInFlight = Math.Max(MostInFlight, _inFlight.Count);
        }

        try
        {
            await Task.Delay(Latency, clock, cancellationToken);
            if (answer.Response is BatchResponse.Settled settled)
            {
                lock (_gate)
                {
                    Accepted.AddRange(users.Where((_, i) => settled.Rejections.All(r => r.Index != i)));
                }
            }

            return answer;
        }
        finally
        {
            lock (_gate)
            {
                _inFlight.ExceptWith(users);
            }
        }
    }

    private sealed class Session(FakeDestination destination, DestinationContext context) : DestinationSession
    {
        public override string Account => "fake account";

        public override int MaxPayloads => context.Connector.MaxObjectsPerRequest;

        public override int MaxBytes => destination.MaxBytes;

        public override int Overhead(int payloads) => payloads;

        public override RenderResult Render(scoped in UserUpdate update, ByteWriter target, ISet<string> names)
        {
            var id = Encoding.UTF8.GetString(update.UserId);
            target.WriteRaw(Encoding.UTF8.GetBytes($$"""{"id":"{{id}}"}"""));
            if (destination.OnRender(id) is { } reason)
            {
                return new RenderResult.Refused(reason);
            }

            if (update.Operation == UpdateOperation.Set)
            {
                names.Add("recs_name");
            }

            return RenderResult.Ready;
        }

        public override void Assemble(ReadOnlySpan<byte> source, ReadOnlySpan<PayloadSlice> payloads, ByteWriter body)
        {
            foreach (var payload in payloads)
            {
                body.WriteRaw(source.Slice(payload.Start, payload.Length));
                body.WriteByte((byte)'\n');
            }
        }

        public override Task<Answer> SendAsync(Batch batch, PayloadRange range, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
        {
            var users = Encoding.UTF8.GetString(body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[7..^2]).ToArray();
            Assert.Equal(range.Count, users.Length);
            return destination.SendAsync(users, cancellationToken);
        }

        public override void Dispose()
        {
        }
    }
}
