using System.Collections.Immutable;
using System.Net;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Settings;

/// <summary>Everything that was configured, read once and checked: the rules for Core, and what the edges need.</summary>
internal sealed record GuardSettings
{
    public required GuardRules Rules { get; init; }

    /// <summary>Where our own pages are; begins and ends with a slash.</summary>
    public required string Prefix { get; init; }

    /// <summary>The names members ask by.</summary>
    public required HostNames Hosts { get; init; }

    /// <summary>The destinations of YARP's clusters; what YARP makes of them, it reads itself.</summary>
    public ImmutableArray<WebServerSettings> WebServers { get; init; } = [];

    /// <summary>Connection strings, in the order of the nodes. Secret.</summary>
    public required ImmutableArray<string> Connections { get; init; }

    /// <summary>What write marks are sealed with; null for one of our own. Secret.</summary>
    public string? MarkSecret { get; init; }

    public required ShutdownSettings Shutdown { get; init; }

    public required AdminSettings Admin { get; init; }

    /// <summary>Null: there is none.</summary>
    public required ReadPortSettings? ReadPort { get; init; }

    /// <summary>Absolute.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Who may say for whom they ask.</summary>
    public required TrustedProxies Proxies { get; init; }

    /// <summary>Whether web servers get our name in Via.</summary>
    public required bool SendsVia { get; init; }

    /// <summary>Whether web servers get a <c>traceparent</c> with requests that have none.</summary>
    public required bool BeginsTraces { get; init; }

    public required LimitSettings Limits { get; init; }

    /// <summary>Where members come in, in the words of the configuration, such as <c>https://*:443</c>.</summary>
    public ImmutableArray<string> PublicAddresses { get; init; } = [];

    /// <summary>What may be meant, and is likely not.</summary>
    public ImmutableArray<ConfigurationError> Notes { get; init; } = [];

    /// <summary>Where members come in; empty when Kestrel:Endpoints says it.</summary>
    public required ImmutableArray<IPEndPoint> PublicEndPoints { get; init; }
}

/// <param name="Listen">The management listener; on loopback unless there are keys.</param>
/// <param name="Hosts">Names it is asked by, beside localhost and addresses.</param>
/// <param name="Keys">By the name that appears in the audit file.</param>
internal sealed record AdminSettings(
    IPEndPoint Listen, ImmutableArray<string> Hosts, ImmutableDictionary<string, ConfiguredKey> Keys);

/// <param name="PreStopDelay">How long /ready says no before the listeners close. Zero: not at all.</param>
/// <param name="DrainFor">How long in-flight requests may take from then on.</param>
internal sealed record ShutdownSettings(TimeSpan PreStopDelay, TimeSpan DrainFor);
