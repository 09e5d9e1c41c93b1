namespace ProxyGuard.Ground.Settings;

/// <summary>
/// Keeps what was made of an object for as long as it is asked for the same one. Lock-free: two that ask at once may both make it, and it
/// is the same.
/// </summary>
internal sealed class LastMade<TFrom, T>(Func<TFrom, T> make)
    where TFrom : class
{
    private Made? _made;

    public T Of(TFrom from)
    {
        Made? made = Volatile.Read(ref _made);
        if (made is null || !ReferenceEquals(made.From, from))
            Volatile.Write(ref _made, made = new Made(from, make(from)));
        return made.Value;
    }

    private sealed record Made(TFrom From, T Value);
}
