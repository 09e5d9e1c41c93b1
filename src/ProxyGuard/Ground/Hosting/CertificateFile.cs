using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ProxyGuard.Ground.Hosting;

/// <summary>A certificate as Kestrel's section names it: PEM, with the key beside it or inside, or PFX.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="KeyPath">Absolute; null for a PFX file, and for a PEM file that has the key inside.</param>
/// <param name="Password">Secret; null for none.</param>
internal sealed record CertificateFile(string Path, string? KeyPath, string? Password)
{
    /// <param name="certificate">A Certificate section with a Path.</param>
    /// <param name="root">What relative paths are relative to, as Kestrel has it.</param>
    public static CertificateFile Of(IConfigurationSection certificate, string root) => new(
        System.IO.Path.Combine(root, certificate["Path"]!),
        certificate["KeyPath"] is { Length: > 0 } key ? System.IO.Path.Combine(root, key) : null,
        certificate["Password"]);

    /// <summary>Changes when one of the files is replaced.</summary>
    public (DateTime Certificate, DateTime Key) Written => (WrittenAt(Path), WrittenAt(KeyPath ?? Path));

    /// <summary>With all certificates between it and the root that are in the file.</summary>
    /// <exception cref="CryptographicException">No certificate, no key, or not of each other.</exception>
    /// <exception cref="IOException">Not there, or not readable.</exception>
    public SslStreamCertificateContext Load()
    {
        var chain = new X509Certificate2Collection();
        X509Certificate2 certificate = X509Certificate2.GetCertContentType(Path) == X509ContentType.Pkcs12
            ? FromPfx(chain)
            : FromPem(chain);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private X509Certificate2 FromPfx(X509Certificate2Collection chain)
    {
        chain.AddRange(X509CertificateLoader.LoadPkcs12CollectionFromFile(Path, Password));
        return chain.FirstOrDefault(
            certificate => certificate.HasPrivateKey) ?? throw new CryptographicException("the file has no private key");
    }

    private X509Certificate2 FromPem(X509Certificate2Collection chain)
    {
        chain.ImportFromPemFile(Path);
        return string.IsNullOrEmpty(Password)
            ? X509Certificate2.CreateFromPemFile(Path, KeyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(Path, Password, KeyPath);
    }

    // Of what a link leads to: a volume of Kubernetes is replaced by changing where it leads.
    private static DateTime WrittenAt(string path)
    {
        try
        {
            return File.GetLastWriteTimeUtc(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DateTime.MinValue;
        }
    }
}
