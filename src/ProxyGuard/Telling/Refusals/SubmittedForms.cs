using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ProxyGuard.Telling.Refusals;

/// <summary>
/// Reads forms that are refused and keeps those that are forwarded, bounded in bytes and time. What was typed below a file is read all the
/// same, because a browser looks at no
/// answer before it has sent all; how large the files in between may be, the limits of the site say.
/// </summary>
internal sealed class SubmittedForms(KeptBudget budget, TimeProvider time)
{
    // Of text: the novel of a member who writes for an evening has a quarter of it.
    private const int MostBytes = 256 * 1024;

    /// <summary>Of a form that a rule wants to know.</summary>
    public const int MostRead = 64 * 1024;

    // What reading a form in parts takes besides its texts: the reader's own buffer, and one for heads.
    private const int ReaderBytes = 8 * 1024;
    private const int LongestHead = 4096;

    /// <summary>
    /// Before a write is forwarded: a form is kept as it passes, so that it can still be handed back when the web server fails over it.
    /// Only one that is small enough, and whose size is known. A body that was announced is forwarded when it begins: until then it takes
    /// neither a connection to a web server nor the buffers of one.
    /// </summary>
    /// <returns>False when it will never begin; then the client is gone.</returns>
    /// <exception cref="BadHttpRequestException">It did not begin in time; the server itself answers that.</exception>
    public ValueTask<bool> KeepAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (request.ContentLength is not > 0)
            return new(true);
        if (request.ContentLength <= MostBytes && request.HasFormContentType && request.Body is not KeptBody)
            Keep(context);

        // A client that asks before sending a body waits for the web server's word.
        return request.Headers.Expect.Count > 0 ? new(true) : BeginsAsync(context);
    }

    /// <summary>
    /// Before it is known whether a request is refused: reads what it says, and what was read is still in front of its body. Null when it
    /// is no form, or does not end within <see cref="MostRead"/> bytes and in good time, or there is no room to keep it.
    /// </summary>
    /// <returns>Valid as long as nothing else reads the body.</returns>
    public async Task<ReadOnlyMemory<byte>?> ReadAheadAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (request.ContentLength > MostRead || !request.HasFormContentType)
            return null;
        KeptBody body = request.Body as KeptBody ?? Keep(context);
        using var patience = new CancellationTokenSource(UnwantedBody.DrainTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, patience.Token);
        try
        {
            bool isWhole = await body.ReadAheadAsync(deadline.Token).ConfigureAwait(false);
            return isWhole && body.Kept.Length <= MostRead ? body.Kept.Written : null;
        }
        catch (Exception e) when (IsInterruption(e))
        {
            return null;
        }
    }

    private KeptBody Keep(HttpContext context)
    {
        var kept = new KeptBytes(budget, MostBytes);
        context.Response.RegisterForDispose(kept);
        var body = new KeptBody(context.Request.Body, kept);
        context.Request.Body = body;
        // Others may stand in front of it while it is sent.
        context.Features.Set(body);
        return body;
    }

    private static async ValueTask<bool> BeginsAsync(HttpContext context)
    {
        try
        {
            await context.Request.Body.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException and not BadHttpRequestException or OperationCanceledException)
        {
            context.Abort();
            return false;
        }
    }

    /// <summary>What has been kept of it, and what is still to come.</summary>
    public async Task<SubmittedForm> ReadAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        var kept = request.Body as KeptBody;
        kept?.PassNothingAgain();
        // A client that asks before sending a body shall hear at once that it is not wanted.
        bool isSent = request.Headers.Expect.Count == 0;
        if (!isSent && kept is null || !MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
            return SubmittedForm.Nothing;

        bool isInParts = type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        if (!isInParts && !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return SubmittedForm.Nothing;

        using var patience = new CancellationTokenSource(UnwantedBody.DrainTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, patience.Token);
        if (kept is not null && isSent)
            await UntilInterruptedAsync(kept.ReadRestAsync(deadline.Token)).ConfigureAwait(false);
        bool isKept = kept is { Kept.IsGivenUp: false };
        if (isInParts && (kept is null || isKept))
            return await ReadPartsAsync(type, kept is null ? request.Body : kept.Kept.ToStream(), deadline.Token).ConfigureAwait(false);
        if (kept is not null)
            return new SubmittedForm(kept.Kept, null);
        var bytes = new KeptBytes(budget, MostBytes);
        await UntilInterruptedAsync(request.Body.ReadIntoAsync(bytes, deadline.Token)).ConfigureAwait(false);
        return new SubmittedForm(bytes, null);
    }

    private async Task<SubmittedForm> ReadPartsAsync(MediaTypeHeaderValue type, Stream body, CancellationToken deadline)
    {
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > 70)
            return SubmittedForm.Nothing;

        var texts = new KeptBytes(budget, MostBytes);
        var parts = new List<TypedPart>();
        await UntilInterruptedAsync(ReadPartsAsync(boundary, body, texts, parts, deadline)).ConfigureAwait(false);
        return new SubmittedForm(texts, parts);
    }

    private async Task ReadPartsAsync(string boundary, Stream body, KeptBytes texts, List<TypedPart> parts, CancellationToken deadline)
    {
        // The reader has its buffer from the start: it begins when the form does.
        await body.ReadAsync(Memory<byte>.Empty, deadline).ConfigureAwait(false);
        if (!budget.TryTake(ReaderBytes))
        {
            texts.Dispose();
            return;
        }

        try
        {
            var reader = new MultipartReader(boundary, body) { HeadersLengthLimit = LongestHead };
            for (
                int part = 0; part < SubmittedForm.MostParts
                    && await reader.ReadNextSectionAsync(deadline).ConfigureAwait(false) is { } section; part++)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
                    || !disposition.IsFormDisposition())
                    continue;
                int start = texts.Length;
                string name = SubmittedForm.Shortened(HeaderUtilities.RemoveQuotes(disposition.Name).ToString());
                bool isWhole = await IntoAsync(texts, section.Body, deadline).ConfigureAwait(false);
                parts.Add(new TypedPart(name, start, texts.Length - start));
                if (!isWhole)
                    return;
            }
        }
        finally
        {
            budget.Return(ReaderBytes);
        }
    }

    /// <summary>False when there is more than may be kept, or it was cut off: what came until then is still the member's.</summary>
    private static async Task<bool> IntoAsync(KeptBytes texts, Stream section, CancellationToken deadline)
    {
        try
        {
            while (true)
            {
                Memory<byte> space = texts.Space();
                if (space.IsEmpty)
                    return false;
                int read = await section.ReadAsync(space, deadline).ConfigureAwait(false);
                if (read == 0)
                    return true;
                texts.Advance(read);
            }
        }
        catch (Exception e) when (IsInterruption(e))
        {
            return false;
        }
    }

    private static async Task UntilInterruptedAsync(Task reading)
    {
        try
        {
            await reading.ConfigureAwait(false);
        }
        catch (Exception e) when (IsInterruption(e))
        {
            // What was read until then is still the member's.
        }
    }

    /// <summary>
    /// Too large, too slow, cut off or no form at all; or a reader has given up waiting for it, and Kestrel allows no other one then
    /// ("Reading is already in progress").
    /// </summary>
    private static bool IsInterruption(Exception e) =>
        e is IOException or InvalidDataException or OperationCanceledException or BadHttpRequestException or InvalidOperationException;
}
