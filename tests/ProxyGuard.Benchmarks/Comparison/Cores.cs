namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>
/// Which cores the proxies have, and which the load, the web servers and the databases. Apart, so that a ratio compares what the proxies do
/// with one core and not what the scheduler does with all.
/// </summary>
internal sealed record Cores
{
    private Cores(int? proxy, IReadOnlyList<int> rest)
    {
        Proxy = proxy;
        Rest = rest;
    }

    /// <summary>Null: everybody may use all of them.</summary>
    public int? Proxy { get; }

    /// <summary>Empty when nothing is pinned.</summary>
    public IReadOnlyList<int> Rest { get; }

    /// <summary>The workers of nginx as a proxy: one for each core it may use.</summary>
    public int ProxyCount => Proxy is null ? Environment.ProcessorCount : 1;

    public static Cores Shared { get; } = new(null, []);

    /// <summary>Shared where there is only one, or the tool to pin with is missing.</summary>
    public static Cores Split()
    {
        List<int> allowed = Allowed();
        bool canPin = allowed.Count > 1 && Tools.TryFind("taskset") is not null;
        return canPin ? new Cores(allowed[^1], [.. allowed.SkipLast(1)]) : Shared;
    }

    /// <summary>What goes before a command line to keep it on the proxy's core.</summary>
    public IReadOnlyList<string> ForProxy => Proxy is { } core ? Pin([core]) : [];

    /// <summary>What goes before a command line to keep it off the proxy's core.</summary>
    public IReadOnlyList<string> ForRest => Rest.Count > 0 ? Pin(Rest) : [];

    public override string ToString() =>
        Proxy is { } core
            ? $"the proxy alone on core {core}, everything else on {string.Join(", ", Rest)}"
            : $"all on the same {ProxyCount}";

    private static string[] Pin(IReadOnlyList<int> cores) => [Tools.Find("taskset"), "-c", string.Join(',', cores)];

    // Such as "0-1,4": what a container or a parent left us, which need not be all there are.
    private static List<int> Allowed()
    {
        const string Field = "Cpus_allowed_list:";
        string list = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Field, StringComparison.Ordinal))[Field.Length..];
        var cores = new List<int>();
        foreach (string part in list.Split(',', StringSplitOptions.TrimEntries))
        {
            int[] ends = [.. part.Split('-').Select(int.Parse)];
            cores.AddRange(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }

        return cores;
    }
}
