using System.Net.Security;
using System.Security.Cryptography;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// The certificate that is in the file now, without a restart. The file is looked at when a client connects, at most every few seconds;
/// while what is in it cannot be used, the last one that could be is served.
/// </summary>
internal sealed class ServedCertificate(CertificateFile file, TimeProvider time, ILogger<ServedCertificate> log)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _looking = new();
    private (DateTime, DateTime) _seen = file.Written;
    private long _lookedAt = time.GetTimestamp();
    private SslStreamCertificateContext? _newer;

    /// <summary>Null: the one from the start is still the one.</summary>
    public SslStreamCertificateContext? Newer
    {
        get
        {
            // One looks, the others take what there is: a handshake never waits for another one's look.
            if (time.GetElapsedTime(Interlocked.Read(ref _lookedAt)) >= CheckInterval && _looking.TryEnter())
            {
                try
                {
                    Look_UnderLock();
                }
                finally
                {
                    _looking.Exit();
                }
            }

            return Volatile.Read(ref _newer);
        }
    }

    private void Look_UnderLock()
    {
        Interlocked.Exchange(ref _lookedAt, time.GetTimestamp());
        (DateTime, DateTime) written = file.Written;
        if (written == _seen)
            return;

        // Also when it cannot be used: it is told once, and looked at again when it has changed again.
        _seen = written;
        try
        {
            SslStreamCertificateContext loaded = file.Load();
            Volatile.Write(ref _newer, loaded);
            log.CertificateReplaced(file.Path, loaded.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            log.CertificateNotReplaced(file.Path, e.Message);
        }
    }
}
