using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Routing.Forwarding;

namespace ProxyGuard.Tests.Routing.Forwarding;

public sealed class UploadTests
{
    [Fact]
    public void A_request_without_a_body_costs_no_memory_for_early_answers()
    {
        RequestDelegate forward = static _ => Task.CompletedTask;
        var upload = new UploadMiddleware(forward);
        var answer = new EarlyAnswerMiddleware(upload.InvokeAsync);
        HttpContext context = Request(canHaveBody: false, length: null);
        answer.InvokeAsync(context);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            answer.InvokeAsync(context);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Null(Upload.Current);
    }

    /// <summary>What is announced is handed over to the client, though nothing of it is sent; that has to have an end.</summary>
    [Theory]
    [InlineData(null, true)]
    [InlineData(0L, false)]
    [InlineData(1L, true)]
    [InlineData(1L << 30, true)]
    [InlineData((1L << 30) + 1, false)]
    [InlineData(long.MaxValue, false)]
    public void An_announced_length_beyond_all_measure_is_not_handed_over(long? length, bool looksAhead) =>
        Assert.Equal(looksAhead, Upload.Of(Request(canHaveBody: true, length)) is not null);

    private static DefaultHttpContext Request(bool canHaveBody, long? length)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new Detection(canHaveBody));
        context.Request.ContentLength = length;
        return context;
    }

    private sealed record Detection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}
