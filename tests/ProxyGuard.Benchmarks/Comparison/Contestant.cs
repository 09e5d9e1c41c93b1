using System.Net;

namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>One proxy that is measured.</summary>
/// <param name="IsGuarding">Whether it says the mode and must be in normal mode.</param>
internal sealed record Contestant(string Name, Child Process, Uri Address, bool IsGuarding) : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Until it answers with the right bytes, and a guard in normal mode.</summary>
    public async Task WaitUntilReadyAsync(HttpClient http, CancellationToken stop)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (await FaultAsync(http, Body.All[0], stop) is { } fault)
        {
            if (Process.HasExited || TimeProvider.System.GetElapsedTime(start) > StartDeadline)
                throw new MeasuringException($"{Name} does not start: {fault}\n{Process.LastWords}");
            await Task.Delay(100, stop);
        }
    }

    /// <summary>Throws when any body is not what the web servers sent, or a guard is not in normal mode.</summary>
    public async Task CheckAsync(HttpClient http, CancellationToken stop)
    {
        foreach (Body body in Body.All)
        {
            if (await FaultAsync(http, body, stop) is { } fault)
                throw new MeasuringException($"{Name}, {body.Name}: {fault}\n{Process.LastWords}");
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private async Task<string?> FaultAsync(HttpClient http, Body body, CancellationToken stop)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri(Address, body.File), stop);
            byte[] bytes = await answer.Content.ReadAsByteArrayAsync(stop);
            if (answer.StatusCode != HttpStatusCode.OK)
                return $"status {(int)answer.StatusCode}";
            if (!bytes.AsSpan().SequenceEqual(body.Bytes))
                return $"{bytes.Length} bytes that differ from the {body.Bytes.Length} the web server sent";
            return IsGuarding ? ModeFault(answer) : null;
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            return "no answer in time";
        }
    }

    private static string? ModeFault(HttpResponseMessage answer)
    {
        string mode = answer.Headers.TryGetValues("X-ProxyGuard-Mode", out IEnumerable<string>? values)
            ? string.Join(", ", values)
            : "not said";
        return mode == "normal" ? null : $"the mode is {mode}, not normal";
    }
}
