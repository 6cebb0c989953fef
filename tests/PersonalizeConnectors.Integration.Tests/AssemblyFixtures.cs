using PersonalizeConnectors.Tests.Shared;

[assembly: AssemblyFixture(typeof(AwsFixture))]
[assembly: AssemblyFixture(typeof(TemporalServerFixture))]
