using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>Stands in for a Temporal in the cloud whose door is shut: TLS with a certificate of its own authority, and a refusal for whatever is asked.</summary>
internal sealed class RefusingService : IAsyncDisposable
{
    private const string Unauthenticated = "16";

    // Not compressed, no bytes.
    private static readonly byte[] EmptyMessage = new byte[5];

    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _certificate;
    private readonly ConcurrentQueue<(string Authorization, string Namespace)> _asked = new();
    private readonly WebApplication _application;

    private RefusingService()
    {
        (_authority, _certificate) = Certificates();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(_certificate);
        }));
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    public string Address => "localhost:" + new Uri(_application.Urls.Single()).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The authority's certificate, for whoever is to trust it.</summary>
    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <summary>What came with each call that was refused.</summary>
    public IReadOnlyCollection<(string Authorization, string Namespace)> Asked => _asked;

    public static async Task<RefusingService> StartAsync()
    {
        var service = new RefusingService();
        await service._application.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _certificate.Dispose();
        _authority.Dispose();
    }

    // What it can do it tells everybody, as the real one does; everything that is about a namespace it refuses.
    private async Task AnswerAsync(HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        if (http.Request.Path.Value!.EndsWith("/GetSystemInfo", StringComparison.Ordinal))
        {
            http.Response.AppendTrailer("grpc-status", "0");
            await http.Response.Body.WriteAsync(EmptyMessage, http.RequestAborted);
            return;
        }

        _asked.Enqueue((http.Request.Headers.Authorization.ToString(), http.Request.Headers["temporal-namespace"].ToString()));
        http.Response.Headers["grpc-status"] = Unauthenticated;
    }

    private static (X509Certificate2 Authority, X509Certificate2 Certificate) Certificates()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var bare = request.Create(authority, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return (authority, bare.CopyWithPrivateKey(key));
    }
}
