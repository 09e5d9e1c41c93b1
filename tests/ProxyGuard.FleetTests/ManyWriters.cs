namespace ProxyGuard.FleetTests;

/// <summary>Members who each post a comment about once a second, and wait for its answer.</summary>
internal sealed class ManyWriters : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _leave = new();
    private readonly Task[] _members;
    private long _accepted;
    private long _refused;
    private long _failed;

    public ManyWriters(HttpClient http, int members)
    {
        _http = http;
        _members = [.. Enumerable.Range(1, members).Select(WriteAsync)];
    }

    public long Accepted => Interlocked.Read(ref _accepted);

    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Neither accepted nor refused, as when the database gave up.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public async ValueTask DisposeAsync()
    {
        await _leave.CancelAsync();
        await Task.WhenAll(_members);
        _leave.Dispose();
    }

    private async Task WriteAsync(int member)
    {
        while (!_leave.IsCancellationRequested)
        {
            try
            {
                using var form = new FormUrlEncodedContent([new("text", $"member {member}")]);
                using HttpResponseMessage answer = await _http.PostAsync(new Uri($"/photos/{member}/comments", UriKind.Relative), form, _leave.Token);
                Count(answer.StatusCode);
                await Task.Delay(TimeSpan.FromMilliseconds(900), _leave.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
            {
                if (!_leave.IsCancellationRequested)
                    Interlocked.Increment(ref _failed);
            }
        }
    }

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
