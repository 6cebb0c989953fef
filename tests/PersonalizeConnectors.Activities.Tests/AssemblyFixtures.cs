using PersonalizeConnectors.Tests.Shared;

[assembly: AssemblyFixture(typeof(AwsFixture))]
