using Microsoft.Extensions.Hosting;
using PersonalizeConnectors.Worker;
using Temporalio.Common.EnvConfig;

var builder = Host.CreateApplicationBuilder(args);
var connect = ClientEnvConfig.LoadClientConnectOptions();
connect.TargetHost = string.IsNullOrEmpty(connect.TargetHost) ? "localhost:7233" : connect.TargetHost;
builder.Services.AddConnectorWorker(builder.Configuration, ConnectorWorkerSettings.ForService(connect));
await builder.Build().RunAsync();
