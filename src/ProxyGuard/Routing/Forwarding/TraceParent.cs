namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Begins a trace (W3C Trace Context, https://www.w3.org/TR/trace-context/) for a request that has none. One that a member or a proxy in
/// front has begun passes as it is: ProxyGuard reports no span of its own, and so must not stand in the chain.
/// </summary>
internal static class TraceParent
{
    public const string HeaderName = "traceparent";

    // 00-, 32 digits of the trace, -, 16 of the parent, -01.
    private const int Length = 55;

    /// <summary>Sampled: whoever switches this on wants traces, and what follows a parent's decision would record none of them.</summary>
    public static string Begin() => string.Create(Length, 0, static (text, _) =>
    {
        Span<byte> random = stackalloc byte[24];
        Random.Shared.NextBytes(random);
        // All zeros is no trace.
        random[0] |= 1;
        random[16] |= 1;
        "00-".CopyTo(text);
        Convert.TryToHexStringLower(random[..16], text[3..], out _);
        text[35] = '-';
        Convert.TryToHexStringLower(random[16..], text[36..], out _);
        "-01".CopyTo(text[52..]);
    });
}
