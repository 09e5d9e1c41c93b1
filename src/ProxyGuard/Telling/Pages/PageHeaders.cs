namespace ProxyGuard.Telling.Pages;

/// <summary>What every page of ours carries, so that an attacker cannot make it do or be anything else.</summary>
internal static class PageHeaders
{
    public static void Protect(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = Pages.PageAsset.ContentSecurityPolicy;
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers["X-Robots-Tag"] = "noindex";
        response.Headers["Referrer-Policy"] = "same-origin";
    }
}
