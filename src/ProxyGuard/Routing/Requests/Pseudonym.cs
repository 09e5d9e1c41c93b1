using System.Security.Cryptography;

namespace ProxyGuard.Routing.Requests;

/// <summary>
/// Our name in Via (RFC 9110, section 7.6.3): another one in every run, so that of several ProxyGuards in a row none takes the other for
/// itself.
/// </summary>
internal sealed class Pseudonym
{
    public Pseudonym()
    {
        Name = $"proxyguard-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        (Http11, Http10, Http2) = ($"1.1 {Name}", $"1.0 {Name}", $"2 {Name}");
    }

    public string Name { get; }

    private string Http11 { get; }

    private string Http10 { get; }

    private string Http2 { get; }

    /// <summary>What we add to the Via of a request that came by this protocol, such as HTTP/1.1.</summary>
    public string Via(string protocol) => protocol switch
    {
        "HTTP/1.1" => Http11,
        "HTTP/1.0" => Http10,
        "HTTP/2" => Http2,
        _ => $"{protocol.AsSpan(protocol.IndexOf('/') + 1)} {Name}",
    };
}
