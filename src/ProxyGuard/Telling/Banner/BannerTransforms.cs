using Microsoft.Net.Http.Headers;
using ProxyGuard.Core.Html;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Telling.Banner;

/// <summary>
/// Puts the banner's tag into pages while there is something to say. While there is not, both transforms return at once and
/// a page is what the upstream sent.
/// </summary>
internal sealed class BannerTransforms(Func<BannerTag> tag, IBannerSwitch banner, BannerCounts counts) : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        context.RequestTransforms.Add(new AskForPlainPage(tag, banner));
        context.ResponseTransforms.Add(new InsertTag(tag, banner, counts));
    }

    /// <summary>Marks a request whose answer may be changed: one instance for all, because there is nothing else to say.</summary>
    private sealed class Candidate
    {
        public static readonly Candidate Marked = new();
    }

    private sealed class AskForPlainPage(Func<BannerTag> tag, IBannerSwitch banner) : RequestTransform
    {
        public override ValueTask ApplyAsync(RequestTransformContext context)
        {
            HttpContext http = context.HttpContext;
            if (!banner.IsOn || BannerHeaders.Read(http.Request, tag().Prefix).WhySkip() is not null)
                return ValueTask.CompletedTask;

            http.Features.Set(Candidate.Marked);
            HttpRequestMessage outgoing = context.ProxyRequest;
            outgoing.Headers.Remove(HeaderNames.AcceptEncoding);
            outgoing.Headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, "identity");
            // A 304 would confirm a copy that was made when there was something else, or nothing, to say. Whether a copy is right is known
            // once the page is there (PageValidator).
            outgoing.Headers.Remove(HeaderNames.IfNoneMatch);
            outgoing.Headers.Remove(HeaderNames.IfModifiedSince);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class InsertTag(Func<BannerTag> tag, IBannerSwitch banner, BannerCounts counts) : ResponseTransform
    {
        public override async ValueTask ApplyAsync(ResponseTransformContext context)
        {
            HttpContext http = context.HttpContext;
            if (!banner.IsOn || context.ProxyResponse is not { } response || http.Features.Get<Candidate>() is null)
                return;

            BannerTag inserted = tag();
            PageResponse page = BannerHeaders.Read(http.Response, response);
            ScriptAllowance allowance = BannerHeaders.ReadAllowance(http, inserted.ScriptPath);
            if (WhySkip(page, allowance) is { } reason)
            {
                counts.AddSkipped(reason);
                return;
            }

            ContentCoding coding = page.Coding!.Value;
            bool isEncoded = ContentCodings.IsAccepted(coding, http.Request.Headers.AcceptEncoding);
            ReadOnlyMemory<byte> tagged = inserted.Bytes(allowance.Nonce);
            PageRequest request = BannerHeaders.Read(http.Request, inserted.Prefix);
            string? validator = BannerHeaders.ValidatorOf(http, page, request, tagged.Span);
            BannerHeaders.Change(http, isEncoded);
            if (validator is not null)
                http.Response.Headers.ETag = validator;
            if (validator is not null && PageValidator.IsHeld(validator, http.Request.Headers.IfNoneMatch.ToString()))
            {
                BannerHeaders.TellUnchanged(http.Response);
                context.SuppressResponseBody = true;
                return;
            }

            if (HttpMethods.IsHead(http.Request.Method))
                return;
            Stream body = BodyCodings.Decode(await response.Content.ReadAsStreamAsync(context.CancellationToken), coding);
            body = WithTag(body, response.Content, page, request, tagged);
            response.Content = new StreamContent(isEncoded ? BodyCodings.Encode(body, coding) : body);
        }

        private static SkipReason? WhySkip(PageResponse page, ScriptAllowance allowance)
        {
            if (page.WhySkip() is { } reason)
                return reason;
            if (!BodyCodings.TellsTruncation(page.Coding!.Value))
                return SkipReason.UnknownCoding;

            return allowance.IsGranted ? null : SkipReason.ContentSecurityPolicy;
        }

        private InjectingStream WithTag(
            Stream body, HttpContent owner, PageResponse page, PageRequest request, ReadOnlyMemory<byte> tagged)
        {
            TagPlacer placer = new(tagged.Length, request.IsNavigation, page.Type.NamesEncoding, page.Type.IsXhtml);
            return new InjectingStream(body, owner, new PrologBuffer(placer, tagged, counts), TimeProvider.System);
        }
    }
}
