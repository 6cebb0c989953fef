using System.Security.Cryptography;

namespace PersonalizeConnectors.Integration.Tests.Plans;

/// <summary>Every file and folder of a tree: name, bytes, time of the last change.</summary>
internal static class RootSnapshot
{
    public static IReadOnlyList<string> Of(string root) =>
    [
        .. Directory.EnumerateFileSystemEntries(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Append(root)
            .Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetRelativePath(root, path)} {File.GetLastWriteTimeUtc(path):O} {(File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "folder")}"),
    ];
}
