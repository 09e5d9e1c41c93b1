using System.Net.Http.Headers;
using ProxyGuard.Core.Requests;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Has YARP copy the headers of an answer once every control byte in their values is a blank: browsers take them, Kestrel sends none, and
/// for one of them a member would get no answer at all.
/// </summary>
/// <param name="copies">False where the route names the headers that it wants: then only the values are seen to.</param>
internal sealed class ResponseHeaderCopier(bool copies) : ResponseTransform
{
    public override async ValueTask ApplyAsync(ResponseTransformContext context)
    {
        if (context.ProxyResponse is not { } answer)
            return;
        Clean(answer.Headers);
        Clean(answer.Content.Headers);
        if (!copies)
            return;
        await HttpTransformer.Empty.TransformResponseAsync(context.HttpContext, answer, context.CancellationToken);
        context.HeadersCopied = true;
    }

    private static void Clean(HttpHeaders headers)
    {
        // While it is gone through nothing may change, so the rare ones wait.
        List<(string Name, string[] Values)>? clean = null;
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            if (!IsClean(values))
                (clean ??= []).Add((name, [.. values.Select(FieldValue.Clean)]));
        }

        if (clean is null)
            return;
        foreach ((string name, string[] values) in clean)
        {
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, values);
        }
    }

    private static bool IsClean(HeaderStringValues values)
    {
        foreach (string value in values)
        {
            if (!FieldValue.IsClean(value))
                return false;
        }

        return true;
    }
}
