using System.Globalization;
using System.IO.Compression;
using System.Text;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>The lines of a part, given out as the messages of a queue that ends, so that they are sent by the code that drains one.</summary>
/// <param name="content">Plain JSON Lines or gzip, as its first bytes say.</param>
/// <param name="at">When the part was written.</param>
internal sealed class PartLines(string key, Stream content, DateTimeOffset at) : IQueue, IAsyncDisposable
{
    // A receive of a real queue brings ten; nothing is gained by so few here.
    private const int LinesPerReceive = 250;

    private static readonly byte[] Gzip = [0x1F, 0x8B];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _over = new();
    private Stream? _text;
    private LineReader? _lines;
    private long _number;

    public string Url => key;

    public string Name => key;

    public bool IsFifo => true;

    // Nobody else receives from here.
    public TimeSpan Visibility => TimeSpan.FromHours(24);

    /// <summary>Fires when the last line is given out.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>The part cannot be unpacked beyond the lines that were given out.</summary>
    public bool IsDamaged { get; private set; }

    public async Task<IReadOnlyList<IncomingMessage>> ReceiveAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _over.IsCancellationRequested ? [] : await ReadAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyList<string> receipts, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<IReadOnlyList<string>> HideAsync(IReadOnlyList<string> receipts, TimeSpan visibility, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task<QueueFacts> LookAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new QueueFacts(0, 0, 0, LineReader.DefaultMaxLine, DeadLetterQueue: null, MaxReceives: null));

    public Task<SendResult> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A part is read, never written to.");

    public async ValueTask DisposeAsync()
    {
        _lines?.Dispose();
        if (_text is not null)
        {
            await _text.DisposeAsync();
        }

        await content.DisposeAsync();
        _over.Dispose();
        _turn.Dispose();
    }

    private async Task<IReadOnlyList<IncomingMessage>> ReadAsync(CancellationToken cancellationToken)
    {
        var messages = new List<IncomingMessage>(LinesPerReceive);
        try
        {
            _lines ??= new LineReader(_text = await UnpackAsync(cancellationToken));
            var isOpen = true;
            while (messages.Count < LinesPerReceive && isOpen)
            {
                while (messages.Count < LinesPerReceive && _lines.TryRead(out var line))
                {
                    // One that is too long comes empty, and is no record then.
                    var number = (++_number).ToString("D20", CultureInfo.InvariantCulture);
                    messages.Add(new(number, number, Encoding.UTF8.GetString(line), at, number, 1));
                }

                isOpen = messages.Count == LinesPerReceive || await _lines.FillAsync(cancellationToken);
            }

            if (!isOpen)
            {
                await _over.CancelAsync();
            }
        }
        catch (InvalidDataException)
        {
            IsDamaged = true;
            await _over.CancelAsync();
        }

        return messages;
    }

    private async Task<Stream> UnpackAsync(CancellationToken cancellationToken)
    {
        var head = new byte[2];
        var read = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        var whole = new HeadedStream(head.AsMemory(0, read), content);
        return head.AsSpan(0, read).SequenceEqual(Gzip) ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }
}
