using PersonalizeConnectors.Tests.Shared;

[assembly: AssemblyFixture(typeof(EngineFixture))]
[assembly: AssemblyFixture(typeof(TemporalServerFixture))]
