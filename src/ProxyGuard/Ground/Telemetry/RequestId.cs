namespace ProxyGuard.Ground.Telemetry;

/// <summary>
/// The number of one request, on a page of ours and in the log lines about it, so that a member can name it to an admin. It is made when a
/// page or a line needs it, and never for a request that is forwarded and answered. No secret: short enough to be read out.
/// </summary>
internal sealed class RequestId
{
    // Crockford's base 32: no letter that is taken for a digit. Forty bits: of a million pages hardly two have the same.
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 8;

    private readonly string _text = new(Random.Shared.GetItems<char>(Letters, Length));

    /// <summary>Such as "7K3M9QXA"; the same for the whole request.</summary>
    public static string Of(HttpContext context)
    {
        if (context.Features.Get<RequestId>() is { } known)
            return known._text;
        var made = new RequestId();
        context.Features.Set(made);
        return made._text;
    }
}
