using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>The sections of a mapped staging object. Its writer puts all blocks of a section one after another.</summary>
internal sealed class MappedSections
{
    private readonly MappedFile _file;
    private readonly SectionIndex _index;

    public MappedSections(MappedFile file)
    {
        _file = file;
        var size = SectionIndex.SizeOf(file.Slice(Math.Max(0, file.Length - SectionIndex.TrailerSize), (int)Math.Min(SectionIndex.TrailerSize, file.Length)));
        _index = SectionIndex.Read(file.Slice(file.Length - size, checked((int)size)));
    }

    /// <summary>Where a section begins and how long it is; an empty one has length 0.</summary>
    public (long Start, long Length) Of(int section)
    {
        long start = 0, end = 0;
        foreach (var block in _index.Of(section))
        {
            if (end == 0)
            {
                start = block.Offset;
            }
            else if (block.Offset != end)
            {
                throw new InvalidDataException($"The blocks of section {section} do not stand together.");
            }

            end = block.Offset + block.Length;
        }

        return (start, end - start);
    }

    public ReadOnlySpan<byte> Whole(int section)
    {
        var (start, length) = Of(section);
        return _file.Slice(start, checked((int)length));
    }
}
