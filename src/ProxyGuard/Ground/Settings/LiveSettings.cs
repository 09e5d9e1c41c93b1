namespace ProxyGuard.Ground.Settings;

/// <summary>
/// The settings in force. A reload replaces them whole; who needs several of the same moment reads <see cref="Current"/> once. Lock-free.
/// The rules of the guard travel with its views (<see cref="Core.Guarding.GuardView.Rules"/>), which requests go by.
/// </summary>
internal sealed class LiveSettings(GuardSettings atStart)
{
    private GuardSettings _current = atStart;

    /// <summary>Other ones are in force; handlers must not block.</summary>
    public event Action<GuardSettings>? Changed;

    public GuardSettings Current => Volatile.Read(ref _current);

    public void Replace(GuardSettings next)
    {
        Volatile.Write(ref _current, next);
        Changed?.Invoke(next);
    }

    /// <summary>What is made of the settings once, and anew when others are in force.</summary>
    public Derived<T> Derive<T>(Func<GuardSettings, T> make) => new(this, make);
}

/// <summary>A value made of the settings in force.</summary>
internal sealed class Derived<T>(LiveSettings settings, Func<GuardSettings, T> make)
{
    private readonly LastMade<GuardSettings, T> _made = new(make);

    public T Value => _made.Of(settings.Current);
}
