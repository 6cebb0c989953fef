using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Configuration;

public sealed class ConfigurationHashTests
{
    private const string Config = """{ "batchInferencePath": "a/", "connectors": { "braze": { "attributePrefix": "x_", "minScore": 0.5 } } }""";

    [Theory]
    [InlineData("// a comment\n{\"batchInferencePath\":\"a/\",\n\n\"connectors\":{\"braze\":{\"attributePrefix\":\"x_\",\"minScore\":0.5,}}}", true)]
    [InlineData("""{ "batchInferencePath": "a/", "connectors": { "braze": { "attributePrefix": "y_", "minScore": 0.5 } } }""", false)]
    [InlineData("""{ "batchInferencePath": "a/", "connectors": { "braze": { "attributePrefix": "x_" } } }""", false)]
    public void Of_OtherText_IsEqualWhereOnlyLayoutDiffers(string other, bool isEqual)
    {
        Assert.Matches("^[0-9a-f]{16}$", ConfigurationHash.Of(Config));
        Assert.Equal(isEqual, ConfigurationHash.Of(Config) == ConfigurationHash.Of(other));
    }

    [Fact]
    public void Of_NoJson_IsOfTheText() => Assert.NotEqual(ConfigurationHash.Of("no json"), ConfigurationHash.Of("none"));
}
