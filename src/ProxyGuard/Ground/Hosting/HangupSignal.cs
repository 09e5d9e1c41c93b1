using System.Runtime.InteropServices;

namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// SIGHUP, heard from the first moment to the last: where nobody listens it would end the process, in the middle of a start or of
/// requests under way.
/// </summary>
internal sealed class HangupSignal : IDisposable
{
    private readonly PosixSignalRegistration? _registration;
    private Action? _heard;

    public HangupSignal()
    {
        if (!OperatingSystem.IsWindows())
            _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true;
                Volatile.Read(ref _heard)?.Invoke();
            });
    }

    /// <summary>Calls it from now on, until what is returned is disposed. One listener.</summary>
    public IDisposable Heard(Action action)
    {
        Volatile.Write(ref _heard, action);
        return new Listening(this);
    }

    public void Dispose() => _registration?.Dispose();

    private sealed class Listening(HangupSignal signal) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref signal._heard, null);
    }
}
