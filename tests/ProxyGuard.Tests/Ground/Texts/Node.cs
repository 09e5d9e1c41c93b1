using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ProxyGuard.Tests.Ground.Texts;

/// <summary>Runs scripts of pages without a browser.</summary>
internal static class Node
{
    /// <summary>What it writes to the console; skips the test where Node.js is not installed.</summary>
    public static async Task<string> RunAsync(string script)
    {
        var start =
            new ProcessStartInfo("node", "-")
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(false),
                StandardOutputEncoding = Encoding.UTF8
            };
        try
        {
            using Process node = Process.Start(start)!;
            await node.StandardInput.WriteAsync(script);
            node.StandardInput.Close();
            return await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js is not installed; it is only needed to compare scripts of pages with what the server says.");
            throw;
        }
    }
}
