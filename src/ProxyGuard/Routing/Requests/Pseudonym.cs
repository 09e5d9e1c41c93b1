using System.Security.Cryptography;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Routing.Requests;

/// <summary>
/// Our name, another one in every run, so that of several ProxyGuards in a row none takes the other for itself. By it we know a request
/// that came back to us.
/// </summary>
/// <param name="settings">
/// Whether it also stands in Via, as RFC 9110, section 7.6.3, has it of a gateway. As a default it does not: nginx compresses nothing for a
/// request with Via (https://nginx.org/en/docs/http/ngx_http_gzip_module.html#gzip_proxied), and pages get four times as long.
/// </param>
internal sealed class Pseudonym(LiveSettings settings)
{
    /// <summary>The header that always has it.</summary>
    public const string HeaderName = "X-ProxyGuard-Via";

    public string Name { get; } = $"proxyguard-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    /// <summary>What we add to the Via of a request that came by this protocol, such as HTTP/1.1; null for nothing.</summary>
    public string? Via(string protocol) =>
        settings.Current.SendsVia ? $"{protocol.AsSpan(protocol.IndexOf('/') + 1)} {Name}" : null;
}
