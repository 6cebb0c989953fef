using NJsonSchema;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>The schemas in docs/, held against what the program prints.</summary>
internal static class Schema
{
    /// <param name="name">Of the file, without its ending.</param>
    public static async Task AssertFitsAsync(string name, string document)
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", name + ".schema.json"), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(document).Select(e => e.ToString()));

        // A schema that lets everything pass holds nothing.
        Assert.NotEmpty(schema.Validate("{}"));
    }
}
