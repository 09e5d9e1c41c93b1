using System.Net.Http.Headers;

namespace ProxyGuard.Demo.Control;

/// <summary>The demo that runs in another process, as break, mend and stop talk to it.</summary>
internal static class RunningDemo
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(60);

    /// <summary>The exit code: 0 when it was done, 1 when not or when no demo runs.</summary>
    public static async Task<int> AskAsync(DemoDirectory directory, string what, TextWriter output, TextWriter errors)
    {
        if (!directory.IsHeld())
        {
            await errors.WriteLineAsync(
                $"No demo is running (looked in {directory.Path}).\nStart one with: {Invocation.Of(directory, "run")}");
            return 1;
        }
        if (directory.TryReadContact() is not { } contact)
        {
            await errors.WriteLineAsync("The demo is still starting, or just ending. Try again in a moment.");
            return 1;
        }
        try
        {
            using var http =
                new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{contact.Port}/"), Timeout = TimeSpan.FromMinutes(3) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", contact.Token);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(what, UriKind.Relative));
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using Stream reply = await response.Content.ReadAsStreamAsync();
            if (await ProgressReply.ReadAsync(reply, output, errors) != 0)
                return 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            await errors.WriteLineAsync($"The demo does not answer: {e.Message}");
            return 1;
        }
        return what == "stop" ? await WaitForItsEndAsync(directory, output, errors) : 0;
    }

    private static async Task<int> WaitForItsEndAsync(DemoDirectory directory, TextWriter output, TextWriter errors)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (directory.IsHeld())
        {
            if (TimeProvider.System.GetElapsedTime(start) > LongestEnd)
            {
                await errors.WriteLineAsync($"It has not ended after {LongestEnd.TotalSeconds} s.");
                return 1;
            }
            await Task.Delay(100);
        }
        await output.WriteLineAsync("The demo has ended.");
        return 0;
    }
}
