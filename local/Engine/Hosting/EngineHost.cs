using System.Net;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Local.Engine.Services;

namespace PersonalizeConnectors.Local.Engine.Hosting;

/// <summary>The gRPC server: HTTP/2 without TLS, on loopback only.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly TemporalService _service;
    private readonly WebApplication _application;

    private EngineHost(TemporalService service, WebApplication application)
    {
        _service = service;
        _application = application;
        Address = new Uri(application.Urls.Single()).Authority;
    }

    public string Address { get; }

    public static async Task<EngineHost> StartAsync(TemporalService service, EmbeddedEngineOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http2);
            // A worker holds one connection with all its polls and calls on it.
            kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000;
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = null;
            grpc.MaxSendMessageSize = null;
        });
        builder.Services.AddSingleton<ILoggerFactory>(options.LoggerFactory);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton<IServiceMethodProvider<WorkflowServiceEndpoint>>(
            new MethodProvider<WorkflowServiceEndpoint>(service, WorkflowServiceMethods.Of(service)));
        builder.Services.AddSingleton<IServiceMethodProvider<OperatorServiceEndpoint>>(
            new MethodProvider<OperatorServiceEndpoint>(service, OperatorServiceMethods.Of(service)));
        builder.Services.AddSingleton<IServiceMethodProvider<HealthEndpoint>, HealthMethods>();

        var application = builder.Build();
        application.MapGrpcService<WorkflowServiceEndpoint>();
        application.MapGrpcService<OperatorServiceEndpoint>();
        application.MapGrpcService<HealthEndpoint>();
        try
        {
            await application.StartAsync(cancellationToken);
            return new EngineHost(service, application);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _service.Stop();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
