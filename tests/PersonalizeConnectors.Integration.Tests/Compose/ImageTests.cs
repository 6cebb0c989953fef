using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;

namespace PersonalizeConnectors.Integration.Tests.Compose;

/// <summary>
/// What <c>deploy/Dockerfile</c> runs and copies, in an empty folder instead of a container: that <c>.dockerignore</c> lets in all that a build
/// needs, and that what comes out has the programs, small.
/// </summary>
public sealed partial class ImageTests
{
    private const int MostMegabytes = 60;

    [Fact]
    public async Task Dockerfile_InAnEmptyFolder_MakesBothPrograms()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is "true", "Builds everything anew, which takes half a minute: only where CI=true.");
        var folder = Directory.CreateTempSubdirectory("pc-image-");
        try
        {
            var dockerfile = Dockerfile.Read();
            foreach (var instruction in dockerfile.Named("build").Instructions)
            {
                await ExecuteAsync(instruction, folder.FullName);
            }

            foreach (var stage in new[] { "cli", "worker" })
            {
                var copied = dockerfile.Named(stage).Instructions.Single(i => i.Word == "COPY").Rest.Split(' ');
                Assert.Equal(("--from=build", "."), (copied[0], copied[2]));
                AssertProgram(folder.FullName + copied[1], EntryPoint().Match(dockerfile.Find(stage, "ENTRYPOINT")!).Groups[1].Value);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ExecuteAsync(Dockerfile.Instruction instruction, string folder)
    {
        switch (instruction.Word)
        {
            case "COPY":
                Assert.Equal(". .", instruction.Rest);
                await RunAsync($"mkdir {folder}/source && cd {Repository.Root} && git ls-files -z --cached --others --exclude-standard -- {LetIn()} | xargs -0 cp --parents -t {folder}/source");
                break;
            case "RUN":
                await RunAsync($"cd {folder}/source && export TARGETARCH=amd64 && {Place().Replace(Mount().Replace(instruction.Rest, ""), folder + "/publish")}");
                break;
            default:
                Assert.Contains(instruction.Word, (string[])["ARG", "WORKDIR"]);
                break;
        }
    }

    private static string LetIn() => string.Join(' ', File.ReadLines(Path.Combine(Repository.Root, ".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]));

    private static async Task RunAsync(string line)
    {
        // Build servers would outlive the folder.
        var (exitCode, output) = await Shell.RunAsync($"{{ export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0; {line}; }}");
        Assert.True(exitCode == 0, output);
    }

    private static void AssertProgram(string folder, string program)
    {
        Assert.All([program, Path.ChangeExtension(program, ".deps.json"), Path.ChangeExtension(program, ".runtimeconfig.json")], file => Assert.True(File.Exists(Path.Combine(folder, file)), file));
        Assert.Equal(["linux-musl-x64"], Directory.EnumerateDirectories(Path.Combine(folder, "runtimes")).Select(Path.GetFileName));
        var bytes = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        Assert.InRange(bytes, 0, MostMegabytes * 1_000_000L);
    }

    [GeneratedRegex(@"--mount=\S+ +")]
    private static partial Regex Mount();

    [GeneratedRegex("/publish")]
    private static partial Regex Place();

    [GeneratedRegex("""^\["dotnet", "([^"]+)"\]$""")]
    private static partial Regex EntryPoint();
}
