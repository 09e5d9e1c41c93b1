namespace ProxyGuard.Ground.Settings;

/// <summary>What concerns members' requests, listeners and the process.</summary>
internal static partial class OptionTable
{
    private const string HostPattern = @"^(\*\.)?[A-Za-z0-9._-]+$|^\[[0-9A-Fa-f:.]+\]$";

    private static Option[] RequestsOptions() =>
    [
        Option.Truth(
            "Requests:DryRun",
            "nothing is refused because of what the probes see; what would have been is listed by `GET /api/v1/dry-run`", usual: false),
        Option.Text("Requests:Rules:<n>:Method", "which method") with
        {
            Default = "*",
            Allowed = "a method in upper case, or `*` for every one",
            Pattern = "^([*]|[A-Z-]+)$",
        },
        Option.Text("Requests:Rules:<n>:Path", "which path, without query") with
        {
            Allowed = "begins with `/`; `*` is one segment, `**` as the last segment any number of them; no `?`, `#`, `%`",
            Pattern = "^(/([^*/?#%]+|[*])?)*(/[*]{2})?$",
            LeastLength = 1,
        },
        Option.Text(
            "Requests:Rules:<n>:Query:<name>",
            "what the query must have besides, such as `{ \"action\": \"logout\" }`; several = all of them") with
        {
            Without = "none: nothing is asked of it",
            Allowed = "the exact value, in which `*` stands for anything; names of letters, digits, `_` and `-`",
        },
        Option.Text("Requests:Rules:<n>:Form:<name>", "the same of the form; see below") with
        {
            Without = "none: nothing is asked of it",
            Allowed = "as above",
        },
        Option.Word("Requests:Rules:<n>:Is", "what such a request is", [.. RequestsReader.Kinds.Keys]),
        Option.Texts(
            "Requests:Presets",
            "applications whose rules come with ProxyGuard, such as `[ \"wordpress\", { \"Name\": \"mediawiki\", \"Path\": \"/wiki\" } ]`; your own rules count first") with
        {
            Without = "none: only your own rules",
            Allowed = "names, or of sections of `Name` and `Path` (where on the site it is, default `/`)",
        },
    ];

    private static Option[] ProxiesOptions() =>
    [
        Option.Texts(
            "Proxies:Trusted", "the networks whose `X-Forwarded-For`, `-Proto`, `-Host`, `-Port` and `-Prefix` are trusted") with
        {
            Without = "none: no proxy is trusted",
            Allowed = "networks such as `10.0.0.0/8`, and addresses",
            Pattern = "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$",
        },
        Option.Truth(
            "Proxies:SendVia",
            "whether web servers get our name in `Via`; nginx compresses nothing for requests with it, unless it has `gzip_proxied any;`",
            usual: false),
        Option.Truth(
            "Proxies:BeginTraces",
            "whether web servers get a `traceparent` ([W3C Trace Context](https://www.w3.org/TR/trace-context/)), sampled, with requests that have none; one that a request has passes unchanged in any case",
            usual: false),
    ];

    private static Option[] LimitsOptions() =>
    [
        // An idle connection costs some 10 KB; no photo community has so many members at once.
        Option.Number(
            "Limits:MaxConnections",
            "connections of all members; further ones are closed at once. Fewer, with a warning, when the process may not open twice as many files",
            20_000, 1, 1_000_000),
        // A school or a mobile network behind one address; a single browser opens six.
        Option.Number(
            "Limits:MaxConnectionsPerAddress",
            "connections from one IPv4 address or one IPv6 network of 64 bits; known proxies and 127.0.0.1 may have more", 1_000, 1, 1_000_000),
        // What Apache and nginx take.
        Option.Number("Limits:MaxRequestLineBytes", "the first line of a request, with its address", 8_192, 256, 65_536),
        Option.Number("Limits:MaxHeaderBytes", "all headers of a request", 32_768, 1_024, 1_048_576),
        Option.Number("Limits:MaxHeaders", "how many headers", 100, 10, 1_000),
        // How large an upload may be is the application's decision; nothing of it is kept here.
        Option.Number(
            "Limits:MaxBodyBytes", "the body of a request, such as an upload; for one route alone, YARP's `MaxRequestBodySize`", 1, int.MaxValue) with
        {
            Without = "none: the web servers decide",
        },
        Option.Duration("Limits:HeadersTimeout", "how long the headers of a request may take to arrive", Seconds(30), Seconds(1), Minutes(10)),
        // Longer than the minute after which most load balancers close, so that they never write into a connection that we close.
        Option.Duration(
            "Limits:KeepAliveTimeout", "how long a connection may wait for its next request", Seconds(130), Seconds(1), Hours(1)),
        // Less than the slowest modem; who is slower holds a connection and wants nothing.
        Option.Number(
            "Limits:MinBytesPerSecond", "a body, in either direction, that is slower for longer than `Limits:MinRateGracePeriod` ends", 240, 1,
            1_000_000),
        // A phone in a tunnel, or an upload that waits for a better network.
        Option.Duration(
            "Limits:MinRateGracePeriod", "how long a body may be slower than that before it is ended, such as that of a phone in a tunnel",
            Seconds(30), Seconds(2), Minutes(10)),
        // What browsers expect (RFC 9113, section 6.5.2 asks for no less).
        Option.Number("Limits:MaxStreamsPerConnection", "requests at the same time on one connection of HTTP/2", 100, 1, 1_000),
        // 256 forms of the greatest size, or thousands of usual ones; an eighth of the smallest machine that is rented out.
        Option.Number(
            "Limits:MaxKeptBytes",
            "bytes of forms that are kept in memory at once, so that members get back what they typed when it is refused or its web server fails; once they are spent, a form is refused or forwarded as ever, and its page says that the text could not be kept",
            67_108_864, 0, int.MaxValue),
        // Half of the connections: who watches must not keep out who reads. A page that may not listen asks every few seconds.
        Option.Number(
            "Limits:MaxEventStreams",
            "status pages that listen for changes at once; further ones get 503 and ask every few seconds instead", 10_000, 0, 1_000_000),
    ];

    private static Option[] AdminOptions() =>
    [
        Option.Text("Admin:Listen", "where it listens, over plain HTTP") with
        {
            Default = "http://127.0.0.1:8081",
            Allowed = "`http://` with an IP address, `localhost` or `*` and a port that members do not use",
            Pattern = "^http://[^;/ ]+:[0-9]+/?$",
        },
        // None: clients on this machine, or that ask by an address, need none; a scraper on another machine has one name, and knows it.
        Option.Texts(
            "Admin:Hosts",
            "further names the listener is asked by, without port, such as those of a scraper's configuration; asked by any other name it says 421") with
        {
            Without = "none: `localhost` and its addresses",
            Allowed = "hosts such as `proxyguard.internal.example`",
            Pattern = HostPattern,
        },
        Option.Text("Admin:Keys:<name>", "who may use the API; the name appears in the audit file") with
        {
            Without = "none: no client gets in",
            Allowed = "`sha256:` and 64 hexadecimal digits, or a section of that as `Key` and of a `Right`: `view`, `operate`",
            Pattern = "^[sS][hH][aA]256:[0-9a-fA-F]{64}$",
        },
    ];

    private static Option[] ReadPortOptions() =>
    [
        Option.Text("ReadPort:Listen", "where it listens; `tcp://` may be left out") with
        {
            Without = "none: no read port",
            Allowed = "`tcp://` with an IP address, `localhost` or `*` and a port that nothing else uses",
            Pattern = "^([tT][cC][pP]://)?[^;/ ]+:[0-9]+/?$",
        },
        // What a handful of busy web servers keep open; two file descriptors each, and some 10 KB while nothing pours.
        Option.Number(
            "ReadPort:MaxConnections", "connections at once; a client above that is told *Too many connections* (1040)", 1_000, 1, 100_000),
        // Half a minute: a replica that is late for a moment keeps its pools.
        Option.Duration(
            "ReadPort:DrainAfter",
            "how long an open connection may go on to a node that reads should no longer be served from; then it ends as soon as nothing is under way on it",
            Seconds(30), TimeSpan.Zero, Hours(1)),
        // No page waits that long for its answer.
        Option.Duration("ReadPort:EndAfter", "when it ends whatever is under way", Minutes(5), TimeSpan.Zero, Hours(12)) with
        {
            Besides = "not below `ReadPort:DrainAfter`",
        },
    ];

    private static Option[] ProcessOptions() =>
    [
        // Without a load balancer in front there is nothing to announce to.
        Option.Duration(
            "Shutdown:PreStopDelay",
            "how long `/ready` says no before the listeners close; for sites with a load balancer in front, longer than its checks are apart",
            TimeSpan.Zero, TimeSpan.Zero, Minutes(5)),
        // Half a minute is what an upload over a slow line takes, and what service managers wait before they kill.
        Option.Duration(
            "Shutdown:DrainFor",
            "how long requests under way may take after that; your service manager must be as patient (`TimeoutStopSec`)", Seconds(30),
            TimeSpan.Zero, Minutes(10)),
        Option.Text(
            "State:Directory",
            "folder of the files below; relative to the configuration file's folder, made when it is not there") with
        {
            Default = "state",
            Allowed = "a folder that ProxyGuard may write; nothing else should use it",
            LeastLength = 1,
        },
    ];
}
