using System.CommandLine;
using System.Net;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Commands;

/// <summary>Where a command asks, and with which key.</summary>
/// <param name="Url">The management listener.</param>
/// <param name="Remark">What to know about <paramref name="Url"/> when nothing answers there; null when it was given.</param>
internal sealed record ManagementAccess(Uri Url, string? Remark, KeyFile Key)
{
    private const string DefaultUrl = "http://127.0.0.1:8081";

    /// <summary>Why the key is not sent there; null when it may be.</summary>
    public string? Refusal => Url.Scheme == Uri.UriSchemeHttps || Url.IsLoopback
        ? null
        : $"The key is not sent to {Url}: over plain http everybody on the way could read it. Ask on that machine itself, through a tunnel "
            + $"(ssh -L {Url.Port}:127.0.0.1:{Url.Port} {Url.Host}, then --url http://127.0.0.1:{Url.Port}), or over https.";

    /// <param name="url">From the command line; null: as the configuration file says, when it can be read.</param>
    public static ManagementAccess Of(string? url, string configFile, string? keyFile)
    {
        KeyFile key = KeyFile.Of(keyFile);
        if (url is not null)
            return new ManagementAccess(new Uri(url), null, key);
        try
        {
            string listen = ConfigurationFile.Load(configFile)["ProxyGuard:Admin:Listen"] ?? DefaultUrl;
            return ListenAddress.TryParse(listen) is { } endPoint
                ? new ManagementAccess(AddressOf(endPoint), $"That is ProxyGuard:Admin:Listen of {configFile}", key)
                : new ManagementAccess(new Uri(DefaultUrl), $"That is the default; ProxyGuard:Admin:Listen of {configFile} is no address", key);
        }
        catch (SettingsException)
        {
            // Often it is the service's own and not ours to read.
            return new ManagementAccess(new Uri(DefaultUrl), $"That is the default, for {configFile} was not read: it is not there, or not yours to read", key);
        }
    }

    // Who listens on every address answers on loopback.
    private static Uri AddressOf(IPEndPoint listen)
    {
        IPAddress address = listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any)
            ? IPAddress.Loopback
            : listen.Address;
        return new Uri($"http://{new IPEndPoint(address, listen.Port)}");
    }
}

/// <summary>The options by which every command that asks a running ProxyGuard finds it.</summary>
internal sealed class ManagementOptions
{
    private readonly Option<string?> _url = new("--url")
    {
        Description = "Where ProxyGuard's management API is; without it, ProxyGuard:Admin:Listen of the configuration file, else http://127.0.0.1:8081.",
    };

    private readonly Option<string?> _keyFile = new("--key-file")
    {
        Description = $"The file with your key; without it {KeyFile.Variable}, else {KeyFile.DefaultPath}.",
    };

    public ManagementOptions()
    {
        _url.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string?>(), UriKind.Absolute, out Uri? url)
                || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) || url.UserInfo.Length > 0)
                result.AddError("--url must be an address such as http://127.0.0.1:8081; the key is read from a file.");
        });
    }

    public void AddTo(Command command, bool needsKey = true)
    {
        command.Options.Add(_url);
        if (needsKey)
            command.Options.Add(_keyFile);
        command.Options.Add(CommonOptions.Config);
    }

    public ManagementAccess Of(ParseResult arguments) => ManagementAccess.Of(
        arguments.GetValue(_url), arguments.GetValue(CommonOptions.Config)!, arguments.GetValue(_keyFile));
}
