using System.Text;

namespace ProxyGuard.Demo.Control;

/// <summary>Where to look and what to try, once everything runs.</summary>
internal static class Welcome
{
    public static string Text(DemoSettings settings, DemoDirectory directory, bool hasProxyGuard)
    {
        var text = new StringBuilder(
            $"\nThe photo club is open, and {settings.Members} members are on it.\n\n  Site         {settings.Site}\n");
        if (hasProxyGuard)
        {
            text.Append($"  Status page  {settings.Site}_proxyguard/\n");
            text.Append($"  Admin        {Invocation.Of(directory, "status")}    (or: hold, release, audit)\n");
            text.Append(
                $"               curl -H \"Authorization: Bearer $(cat '{directory.KeyFile}')\" http://127.0.0.1:{settings.AdminPort}/api/v1/fleet\n");
        }
        IEnumerable<string> webNodes = settings.WebPorts.Select((port, index) => $"web{index + 1} :{port} (reads db{index + 1})");
        IEnumerable<string> databases = settings.DatabasePorts.Select((port, index) => $"db{index + 1} :{port}");
        text.Append($"  Web nodes    {string.Join(", ", webNodes)}\n");
        text.Append($"  Databases    {string.Join(", ", databases)}; db1 is the primary\n");
        text.Append($"  Logs         {directory.Path}\n\nBreak it, from another terminal:\n");
        foreach (Fault fault in Fault.All)
            text.Append($"  {Invocation.Of(directory, $"break {fault.Name}"),-55}  {fault.Summary}\n");
        text.Append($"  {Invocation.Of(directory, "mend"),-55}  undoes all of it\n");
        text.Append($"  {Invocation.Of(directory, "stop"),-55}  ends everything; so does Ctrl-C here\n");
        return text.ToString();
    }
}
