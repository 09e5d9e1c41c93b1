namespace ProxyGuard.FleetTests;

/// <summary>
/// Members who each post a comment about once a second, and wait for its answer; and others who come by, post one, and do not care how long
/// the others wait.
/// </summary>
internal sealed class ManyWriters : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _leave = new();
    private readonly Task[] _members;
    private readonly SemaphoreSlim _room = new(MostComing);
    private long _accepted;
    private long _refused;
    private long _failed;

    private const int MostComing = 100;

    /// <param name="comingPerSecond">How many of the others come; at most <see cref="MostComing"/> of them wait at once.</param>
    public ManyWriters(HttpClient http, int members, int comingPerSecond = 0)
    {
        _http = http;
        _members =
        [
            .. Enumerable.Range(1, members).Select(WriteAsync),
            .. comingPerSecond > 0 ? [ComeAsync(TimeSpan.FromSeconds(1) / comingPerSecond)] : Array.Empty<Task>(),
        ];
    }

    public long Accepted => Interlocked.Read(ref _accepted);

    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Neither accepted nor refused, as when the database gave up.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public async ValueTask DisposeAsync()
    {
        await _leave.CancelAsync();
        await Task.WhenAll(_members);
        // Those who came by leave with the others.
        for (int left = 0; left < MostComing; left++)
            await _room.WaitAsync();
        _room.Dispose();
        _leave.Dispose();
    }

    private async Task WriteAsync(int member)
    {
        while (!_leave.IsCancellationRequested)
        {
            await PostAsync(member);
            await DelayAsync(TimeSpan.FromMilliseconds(900));
        }
    }

    private async Task ComeAsync(TimeSpan every)
    {
        for (int member = 1_000; !_leave.IsCancellationRequested; member++)
        {
            await DelayAsync(every);
            if (!_leave.IsCancellationRequested && await _room.WaitAsync(TimeSpan.Zero))
                _ = PostOnceAsync(member);
        }

        async Task PostOnceAsync(int member)
        {
            await PostAsync(member);
            _room.Release();
        }
    }

    private async Task PostAsync(int member)
    {
        try
        {
            using var form = new FormUrlEncodedContent([new("text", $"member {member}")]);
            using HttpResponseMessage answer = await _http.PostAsync(
                new Uri($"/photos/{member}/comments", UriKind.Relative), form, _leave.Token);
            Count(answer.StatusCode);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
        {
            if (!_leave.IsCancellationRequested)
                Interlocked.Increment(ref _failed);
        }
    }

    private async Task DelayAsync(TimeSpan time) =>
        await Task.Delay(time, _leave.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Count(System.Net.HttpStatusCode status)
    {
        if (status == System.Net.HttpStatusCode.SeeOther)
            Interlocked.Increment(ref _accepted);
        else if (status == System.Net.HttpStatusCode.ServiceUnavailable)
            Interlocked.Increment(ref _refused);
        else
            Interlocked.Increment(ref _failed);
    }
}
