using System.Text;

namespace ProxyGuard.WebNode;

/// <summary>What arrived here: method and path, a line each.</summary>
internal sealed class RequestLog(string file) : IDisposable
{
    // Without a buffer of ours: what was written is the kernel's, whatever becomes of this process.
    private readonly FileStream _stream = new(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    private readonly Lock _oneAtATime = new();

    public void Arrived(HttpRequest request)
    {
        byte[] line = Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n");
        lock (_oneAtATime)
            _stream.Write(line);
    }

    public void Dispose() => _stream.Dispose();
}
