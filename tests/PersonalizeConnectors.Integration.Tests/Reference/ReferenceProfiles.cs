using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>What the reference says is sent, against what the simulator has.</summary>
internal static class ReferenceProfiles
{
    public static void AssertSent(ReferenceRun expected, BrazeSimulator braze)
    {
        foreach (var (user, attributes) in expected.Sent)
        {
            var kept = braze.Profiles.Find(user)!.Attributes.ToDictionary(a => a.Key, a => ReferenceJson.Canonical(a.Value));
            Assert.All(BrazeRules.Apply(new Dictionary<string, string>(), attributes), a => Assert.Equal(a.Value, kept[a.Key]));
        }
    }

    /// <summary>A first run of the only connector of a job.</summary>
    public static ReferenceRun FirstRun(string root, string job) => NextRun(root, job, ReferenceState.Empty);

    public static ReferenceRun NextRun(string root, string job, ReferenceState state)
    {
        var input = ReferenceInput.Read(root, job);
        return ReferenceRun.Of(input, input.Config.Connectors[0], state, new());
    }
}
