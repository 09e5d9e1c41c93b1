using System.Net;
using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// Where members come in: Urls, or Kestrel's own section with TLS. Every one of them is counted, and serves the certificate that its file
/// has now.
/// </summary>
internal static class PublicListeners
{
    public static void Apply(KestrelServerOptions kestrel, IConfigurationSection section, IEnumerable<IPEndPoint> endPoints)
    {
        ConnectionLimiter gate = kestrel.ApplicationServices.GetRequiredService<ConnectionLimiter>();
        KestrelConfigurationLoader loader = kestrel.Configure(section);
        foreach (IConfigurationSection endPoint in section.GetSection("Endpoints").GetChildren())
            loader.Endpoint(endPoint.Key, configured => Apply(configured, section, gate, kestrel.ApplicationServices));
        foreach (IPEndPoint endPoint in endPoints)
            kestrel.Listen(endPoint, gate.Guard);
    }

    private static void Apply(
        EndpointConfiguration configured, IConfigurationSection kestrel, ConnectionLimiter gate, IServiceProvider services)
    {
        gate.Guard(configured.ListenOptions);
        // With Sni, Kestrel chooses among several itself.
        if (!configured.IsHttps || configured.ConfigSection.GetSection("Sni").Exists())
            return;

        IConfigurationSection own = configured.ConfigSection.GetSection("Certificate");
        IConfigurationSection certificate = own.Exists() ? own : kestrel.GetSection("Certificates:Default");
        if (certificate["Path"] is not { Length: > 0 })
            return;
        var file = CertificateFile.Of(certificate, services.GetRequiredService<IHostEnvironment>().ContentRootPath);
        var served = new ServedCertificate(
            file, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ServedCertificate>>());
        configured.HttpsOptions.OnAuthenticate = (_, tls) =>
        {
            if (served.Newer is { } newer)
                tls.ServerCertificateContext = newer;
        };
    }
}
