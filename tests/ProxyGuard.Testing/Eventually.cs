namespace ProxyGuard.Testing;

/// <summary>Waits for what must become true. The deadline only says when to give up; nothing waits for a time.</summary>
internal static class Eventually
{
    /// <summary>Between two looks; short beside everything that is measured.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <param name="what">Completes "did not happen within 10 s: …".</param>
    /// <param name="describe">What is there instead, for the message.</param>
    public static async Task HappensAsync(string what, TimeSpan deadline, Func<Task<bool>> condition, Func<string>? describe = null)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > deadline)
                throw new TimeoutException($"did not happen within {deadline.TotalSeconds} s: {what}. {describe?.Invoke()}");
            await Task.Delay(Pause);
        }
    }

    public static Task HappensAsync(string what, TimeSpan deadline, Func<bool> condition, Func<string>? describe = null) =>
        HappensAsync(what, deadline, () => Task.FromResult(condition()), describe);
}
