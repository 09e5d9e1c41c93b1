using System.Text.Json.Nodes;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Tests.Ground.Settings;

/// <summary>What YARP, Kestrel and .NET take and few write: it is taken without a word.</summary>
public sealed class UnusualConfigurationTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-unusual-").FullName;

    public static TheoryData<string, string> Unusual => new()
    {
        { "ReverseProxy:Clusters:site:SessionAffinity", """
          { "Enabled": "true", "Policy": "HashCookie", "FailurePolicy": "Return503Error", "AffinityKeyName": "session",
            "Cookie": { "Domain": "club.example", "Expiration": "03:00:00", "HttpOnly": true, "IsEssential": "True", "MaxAge": "1.00:00:00",
                        "Path": "/", "SameSite": "strict", "SecurePolicy": "Always" } }
          """ },
        { "ReverseProxy:Clusters:site:SessionAffinity", """{ "Enabled": false, "Policy": "CustomHeader" }""" },
        { "ReverseProxy:Clusters:site:HealthCheck", """
          { "AvailableDestinationsPolicy": "HealthyOrPanic",
            "Active": { "Enabled": "true", "Interval": "00:00:10", "Timeout": "0:0:5.5", "Policy": "ConsecutiveFailures", "Path": "/up", "Query": "?a=1" },
            "Passive": { "Enabled": false, "Policy": "TransportFailureRate", "ReactivationPeriod": "00:02" } }
          """ },
        { "ReverseProxy:Clusters:site:Metadata", """{ "TransportFailureRateHealthPolicy.RateLimit": "0.5", "Owner": "Anna" }""" },
        { "ReverseProxy:Clusters:site:HttpClient", """
          { "SslProtocols": [ "Tls12", "tls13" ], "MaxConnectionsPerServer": "10", "DangerousAcceptAnyServerCertificate": "false",
            "EnableMultipleHttp2Connections": true, "RequestHeaderEncoding": "utf-8", "ResponseHeaderEncoding": "Latin1",
            "WebProxy": { "Address": "http://10.0.0.9:3128", "BypassOnLocal": "true", "UseDefaultCredentials": false } }
          """ },
        { "ReverseProxy:Clusters:site:HttpRequest", """{ "ActivityTimeout": "00:02:00", "Version": 2, "VersionPolicy": "RequestVersionExact", "AllowResponseBuffering": "false" }""" },
        { "ReverseProxy:Clusters:site:HttpRequest", """{ "activitytimeout": "1.00:00:00", "version": "1.1" }""" },
        { "ReverseProxy:Clusters:site:LoadBalancingPolicy", "\"poweroftwochoices\"" },
        { "ReverseProxy:Clusters:site:Destinations:web2:Metadata", """{ "readsfrom": "db2", "Rack": "3", "From": "hall" }""" },
        { "ReverseProxy:Clusters:site:Destinations:web2:Host", "\"web2.club.example\"" },
        { "ReverseProxy:Clusters:site:Destinations:web2:Health", "\"http://10.0.0.2:9990/\"" },
        { "ReverseProxy", """
          { "Routes": { "all": { "ClusterId": "site", "Match": { "Path": "{**x}" } }, "images": { "ClusterId": "IMAGES", "Match": { "Path": "/i/{**x}" } } },
            "Clusters": { "site": { "Destinations": { "a/1": { "Address": "http://10.0.0.1", "Metadata": { "ReadsVia": "header" } } } },
                          "images": { "Destinations": { "images/1": { "Address": "http://10.0.0.20" } } } } }
          """ },
        { "ReverseProxy:Routes:site:Order", "-5" },
        { "ReverseProxy:Routes:site:MaxRequestBodySize", "-1" },
        { "ReverseProxy:Routes:site:AuthorizationPolicy", "\"Anonymous\"" },
        { "ReverseProxy:Routes:site:CorsPolicy", "\"Disable\"" },
        { "ReverseProxy:Routes:site:Match", """
          { "Path": "/photos/{**rest}", "Hosts": [ "www.club.example", "*.club.example:8080" ], "Methods": [ "GET", "put" ],
            "Headers": [ { "Name": "X-A", "Values": [ "1", "2" ], "Mode": "HeaderPrefix", "IsCaseSensitive": true }, { "Name": "X-B", "Mode": "NotExists" } ],
            "QueryParameters": [ { "Name": "a", "Values": [ "b" ], "Mode": "notcontains" }, { "Name": "c", "Mode": "Exists" } ] }
          """ },
        { "ReverseProxy:Routes:site:Transforms", """
          [ { "PathPattern": "/a/{**rest}" }, { "QueryValueParameter": "q", "Append": "1" }, { "RequestHeader": "X", "Set": "" }, { "RequestHeaderOriginalHost": "true" },
            { "X-Forwarded": "Set", "For": "Append", "HeaderPrefix": "X-Forwarded-" }, { "ResponseHeader": "Y", "Append": "z", "When": "Always" }, { "HttpMethodChange": "PUT", "Set": "POST" } ]
          """ },
        { "Kestrel:EndpointDefaults", """{ "Protocols": "Http1AndHttp2", "SslProtocols": [ "Tls12" ], "ClientCertificateMode": "AllowCertificate" }""" },
        { "Kestrel:Endpoints:Web", """{ "Url": "http://[::1]:8088", "Protocols": "http1" }""" },
        { "Kestrel:Endpoints:Web", """{ "Url": "http://unix:/run/proxyguard.sock" }""" },
        { "Kestrel:EndPoints:Web", """
          { "Url": "https://*:8443", "Sni": { "*.club.example": { "Protocols": "Http2", "Certificate": { "Path": "/dev/null", "Password": "x" } },
            "*": { "Certificate": { "Subject": "club.example", "Store": "My", "Location": "CurrentUser", "AllowInvalid": "true" } } } }
          """ },
        { "Logging", """
          { "LogLevel": { "default": "warning", "ProxyGuard.Routing.Forwarding": "Debug", "Yarp.ReverseProxy": "Trace", "MySqlConnector": "Debug",
            "Microsoft.AspNetCore.*": "None", "Some.Other.Library": "Information" },
            "Console": { "FormatterName": "json", "LogToStandardErrorThreshold": "Error", "LogLevel": { "Default": "Information" },
                         "FormatterOptions": { "IncludeScopes": true, "TimestampFormat": "HH:mm", "UseUtcTimestamp": true, "JsonWriterOptions": { "Indented": false } } } }
          """ },
        { "$schema", "\"https://club.example/proxyguard.schema.json\"" },
        { "urls", "\"http://*:8080;http://[::1]:8082\"" },
        { "AllowedHosts", "\"*\"" },
        { "ProxyGuard:Nodes:db1:Role", "\"Master\"" },
        { "ProxyGuard:Nodes:db2:role", "\"SLAVE\"" },
        { "ProxyGuard:probe:interval", "\"00:00:00.7500000\"" },
    };

    [Theory]
    [MemberData(nameof(Unusual))]
    public async Task What_others_take_is_taken(string path, string value)
    {
        JsonObject json = Configured.Sample();
        PutInAnyCase(json, path.Split(':'), JsonNode.Parse(value));

        GuardSettings settings = await Configured.ReadAsync(json);

        Assert.Empty(settings.Notes);
    }

    [Fact]
    public async Task Comments_and_commas_at_the_end_are_taken()
    {
        string sample = Conventions.Repository.Read("config", "proxyguard.json");
        string file = Path.Combine(_directory, "commented.json");
        await File.WriteAllTextAsync(file, $"\uFEFF/* ours */\n{sample.TrimEnd().TrimEnd('}')}, }} // the end\n");

        Assert.Empty((await new ConfigurationSource(file).ReadAsync()).Settings.Notes);
    }

    /// <summary>In the place of what stands there under the same name in another case: two would be a fault.</summary>
    private static void PutInAnyCase(JsonObject json, string[] path, JsonNode? value)
    {
        string? written = json.Select(one => one.Key).FirstOrDefault(key => key.Equals(path[0], StringComparison.OrdinalIgnoreCase));
        if (path.Length > 1)
        {
            if (written is null)
                json[path[0]] = new JsonObject();
            PutInAnyCase(json[written ?? path[0]]!.AsObject(), path[1..], value);
            return;
        }

        if (written is not null)
            json.Remove(written);
        json[path[0]] = value;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
