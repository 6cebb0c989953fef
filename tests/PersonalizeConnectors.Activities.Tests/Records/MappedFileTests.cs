using PersonalizeConnectors.Activities.Tests.Storage;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Tests.Records;

public sealed class MappedFileTests : IDisposable
{
    private const int Length = 10_000;

    private readonly TempFolder _folder = new();
    private readonly string _path;
    private readonly byte[] _bytes = new byte[Length];

    public MappedFileTests()
    {
        new Random(1).NextBytes(_bytes);
        _path = Path.Join(_folder.Path, "file");
        File.WriteAllBytes(_path, _bytes);
    }

    [Theory]
    [InlineData(0, Length)]
    [InlineData(1, 1)]
    [InlineData(4095, 130)]
    [InlineData(Length, 0)]
    public void Slice_InTheFile_IsItsBytes(long offset, int length)
    {
        using var file = new MappedFile(_path);
        file.Prefetch(offset, length);
        Assert.Equal(_bytes.AsSpan((int)offset, length), file.Slice(offset, length));
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, Length + 1)]
    [InlineData(Length - 1, 2)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(0, -1)]
    public void Slice_BeyondTheFile_Fails(long offset, int length)
    {
        using var file = new MappedFile(_path);
        Assert.Throws<InvalidDataException>(() => file.Slice(offset, length).Length);
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(Length - 1, 1_000_000)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(long.MaxValue, int.MaxValue)]
    [InlineData(0, -1)]
    public void Prefetch_BeyondTheFile_DoesNothing(long offset, int length)
    {
        using var file = new MappedFile(_path);
        file.Prefetch(offset, length);
        Assert.Equal(_bytes, file.Slice(0, Length));
    }

    public void Dispose() => _folder.Dispose();
}
