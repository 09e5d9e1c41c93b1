namespace ProxyGuard.Core.Requests;

/// <summary>Whether a request may go on, before its effect on the data is looked at.</summary>
public enum ValidationResult
{
    /// <summary>Two readers could see two different requests in it. The default: nothing is let through by being forgotten.</summary>
    Malformed,

    Valid,

    /// <summary>CONNECT makes a tunnel, TRACE shows headers that scripts must not see.</summary>
    MethodRefused,

    /// <summary>A transfer coding that is not ours to undo (RFC 9112, section 6.1).</summary>
    CodingRefused,

    /// <summary>HTTP/2 and later have no headers for one connection (RFC 9113, section 8.2.2): the stream ends.</summary>
    ForeignToHttp2,

    /// <summary>It names a host that is not the site's.</summary>
    Misdirected,

    /// <summary>It came from us, twice.</summary>
    Looping,

    TooLarge,

    /// <summary>OPTIONS *: not about the site but about the server, and that is us.</summary>
    ForUs,
}

/// <summary>The head of a request, as far as it decides about admission. Header values are null when the header was not sent.</summary>
public readonly ref struct RequestHead
{
    public required string Method { get; init; }

    /// <summary>As sent.</summary>
    public required ReadOnlySpan<char> Target { get; init; }

    /// <summary>As sent, a port included; empty when it was not sent.</summary>
    public required ReadOnlySpan<char> Host { get; init; }

    /// <summary>
    /// A Host header without a host: RFC 9112, section 3.2, allows it only for targets without one. Beside it .NET's HTTP client would send
    /// one of its own.
    /// </summary>
    public required bool HasEmptyHost { get; init; }

    /// <summary>HTTP/2 or later.</summary>
    public required bool IsMultiplexed { get; init; }

    /// <summary>A tunnel for WebSockets (RFC 8441), which is no CONNECT to anywhere else.</summary>
    public required bool IsWebSocketTunnel { get; init; }

    public required string? TransferEncoding { get; init; }

    /// <summary>Beside <see cref="TransferEncoding"/>; the server may have taken it away already.</summary>
    public required bool HasLengthToo { get; init; }

    /// <summary>Null: not known before it ends.</summary>
    public required long? ContentLength { get; init; }

    /// <summary>Keep-Alive, Proxy-Connection or Upgrade.</summary>
    public required bool HasConnectionHeaders { get; init; }

    /// <summary>The names of the ProxyGuards that it came through; null: none.</summary>
    public required string? Passed { get; init; }
}

/// <summary>Who is let in: one look at the head of a request. Pure.</summary>
/// <param name="pseudonym">Our name.</param>
/// <param name="maxBodyBytes">Null: no limit.</param>
/// <param name="hosts">The site's names.</param>
public sealed class RequestValidation(string pseudonym, long? maxBodyBytes, HostNames hosts)
{
    /// <summary>Once may be a web server that asks itself through the site; twice goes round.</summary>
    private const int MostPasses = 2;

    public ValidationResult Validate(RequestHead head)
    {
        if (head.Method is "TRACE" || head.Method is "CONNECT" && !head.IsWebSocketTunnel)
            return ValidationResult.MethodRefused;
        if (!RequestTarget.IsForwardable(head.Target))
            return head.Method is "OPTIONS" && head.Target is RequestTarget.Asterisk ? ValidationResult.ForUs : ValidationResult.Malformed;
        if (head.IsMultiplexed && (head.HasConnectionHeaders || head.TransferEncoding is not null))
            return ValidationResult.ForeignToHttp2;
        if (head.TransferEncoding is not null && Framed(head) is var framed and not ValidationResult.Valid)
            return framed;
        if (!hosts.Contains(head.Host))
            return ValidationResult.Misdirected;
        if (head.HasEmptyHost)
            return ValidationResult.Malformed;
        if (head.ContentLength > maxBodyBytes)
            return ValidationResult.TooLarge;
        return head.Passed is not null && Passes(head.Passed) >= MostPasses ? ValidationResult.Looping : ValidationResult.Valid;
    }

    private static ValidationResult Framed(RequestHead head)
    {
        if (head.HasLengthToo)
            return ValidationResult.Malformed;
        return head.TransferEncoding.AsSpan().Trim().Equals("chunked", StringComparison.OrdinalIgnoreCase)
            ? ValidationResult.Valid
            : ValidationResult.CodingRefused;
    }

    private int Passes(ReadOnlySpan<char> names) => names.Count(pseudonym);
}
