using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.Requests.Judge;

/// <summary>
/// A site as Debian has it: nginx, PHP-FPM, front controllers and a script of its own, set up in three usual ways, and once more PHP's own
/// web server. All of them run <c>judge.php</c>, which says in X-Ran what a request has changed.
/// </summary>
internal sealed class PhpSite : IAsyncDisposable
{
    public const string Installation = "apt-get install --no-install-recommends nginx-light php-cli php-fpm";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-php-").FullName;
    private readonly int[] _ports = [FreePort(), FreePort(), FreePort(), FreePort()];
    private readonly List<ChildProcess> _processes = [];

    private PhpSite()
    {
    }

    private static string? Fpm { get; } = Directory.Exists("/usr/sbin") ? Directory.GetFiles("/usr/sbin", "php-fpm*").Order()
        .LastOrDefault() : null;

    public static bool IsInstalled => Fpm is not null && Programs.TryFind("nginx") is not null && Programs.TryFind("php") is not null;

    /// <summary>nginx as it comes, without merging slashes, and behind another nginx that passes on what it has made of the path.</summary>
    public IEnumerable<IPEndPoint> Nginx => _ports.Take(3).Select(port => new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>PHP's own; it closes each connection.</summary>
    public IPEndPoint BuiltIn => new(IPAddress.Loopback, _ports[3]);

    /// <summary>One line for each request that has changed something: method, target, routes.</summary>
    public string Log => Path.Combine(_directory, "ran.log");

    public static async Task<PhpSite> StartAsync()
    {
        var site = new PhpSite();
        site.WriteFiles();
        await site.StartAsync(
            "fpm",
            [Fpm!, .. Environment.IsPrivilegedProcess ? (string[])["--allow-to-run-as-root"]
                : [], "--nodaemonize", "--fpm-config", site.Of("fpm.conf")]);
        await site.StartAsync("nginx", [Programs.TryFind("nginx")!, "-p", site._directory, "-c", site.Of("nginx.conf")]);
        await site.StartAsync("php", ["php", "-S", $"127.0.0.1:{site._ports[3]}", "-t", site.Of("www"), site.Of("www/index.php")]);
        foreach (IPEndPoint server in site.Nginx.Append(site.BuiltIn))
            await site.AnswersAsync(server);
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess process in _processes)
        {
            await process.EndAsync(Deadline);
            process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private string Of(string file) => Path.Combine(_directory, file);

    private async Task StartAsync(string name, IReadOnlyList<string> command) =>
        _processes.Add(await ChildProcess.StartAsync(["env", $"JUDGE_LOG={Log}", .. command], Of($"{name}.log"), Of($"{name}.pid")));

    private async Task AnswersAsync(IPEndPoint server)
    {
        var waiting = Stopwatch.StartNew();
        using var client = new JudgeClient(server);
        while (true)
        {
            try
            {
                if (await client.AskAsync("GET", "/like/1") == "like")
                    return;
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // Not yet.
            }

            if (waiting.Elapsed > Deadline)
                throw new InvalidOperationException(
                    $"{server} does not answer:\n{string.Join('\n', Directory.GetFiles(_directory, "*.log").Select(File.ReadAllText))}");
            await Task.Delay(50);
        }
    }

    private void WriteFiles()
    {
        File.WriteAllText(Log, "");
        string judge = Path.Combine(AppContext.BaseDirectory, "Routing", "Requests", "Judge", "judge.php");
        foreach (string script in (string[])["index.php", "shop/buy.php", "search/tool.php"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Of($"www/{script}"))!);
            File.WriteAllText(Of($"www/{script}"), $"<?php require '{judge}';");
        }

        // What an old application sees of a parameter, wherever it looks.
        File.WriteAllText(Of("www/form.php"), """
            <?php
            $seen = [$_REQUEST['action'] ?? null, $_POST['action'] ?? null, $_GET['action'] ?? null, $_COOKIE['action'] ?? null,
              $_REQUEST['_method'] ?? null];
            header('X-Ran: ' . base64_encode(json_encode($seen, JSON_INVALID_UTF8_SUBSTITUTE)));
            header('Content-Length: 0');
            """);
        File.WriteAllText(Of("fpm.conf"), $"""
            [global]
            error_log = {Of("fpm-error.log")}
            daemonize = no
            [www]
            {(Environment.IsPrivilegedProcess ? "user = root\ngroup = root" : "")}
            listen = {Of("fpm.sock")}
            pm = static
            pm.max_children = 3
            clear_env = no
            php_admin_value[opcache.enable] = 1
            """);
        File.WriteAllText(Of("nginx.conf"), NginxConfiguration());
    }

    private string NginxConfiguration() => NginxFile.Of(_directory, "error", $$"""
        access_log off;
            keepalive_requests 100000000;
            large_client_header_buffers 4 64k;
            {{Server(_ports[0], "on")}}
            {{Server(_ports[1], "off")}}
            server {
                listen 127.0.0.1:{{_ports[2]}};
                location / { proxy_pass http://127.0.0.1:{{_ports[0]}}/; }
            }
        """);

    private string Server(int port, string mergesSlashes) => $$"""
            server {
                listen 127.0.0.1:{{port}};
                merge_slashes {{mergesSlashes}};
                root {{Of("www")}};
                {{Parameters()}}
                location / {
                    fastcgi_param SCRIPT_NAME /index.php;
                    fastcgi_param SCRIPT_FILENAME $document_root/index.php;
                    {{Parameters()}}
                    fastcgi_pass unix:{{Of("fpm.sock")}};
                }
                location ~ ^(.+?\.php)(/.*)?$ {
                    fastcgi_split_path_info ^(.+?\.php)(/.*)$;
                    set $path_info $fastcgi_path_info;
                    try_files $fastcgi_script_name @front;
                    fastcgi_param SCRIPT_NAME $fastcgi_script_name;
                    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
                    fastcgi_param PATH_INFO $path_info;
                    {{Parameters()}}
                    fastcgi_pass unix:{{Of("fpm.sock")}};
                }
                location @front {
                    fastcgi_param SCRIPT_NAME /index.php;
                    fastcgi_param SCRIPT_FILENAME $document_root/index.php;
                    {{Parameters()}}
                    fastcgi_pass unix:{{Of("fpm.sock")}};
                }
            }
        """;

    private static string Parameters() => """
        fastcgi_param REQUEST_METHOD $request_method; fastcgi_param REQUEST_URI $request_uri; fastcgi_param QUERY_STRING $query_string;
                    fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length; fastcgi_param DOCUMENT_URI $document_uri; fastcgi_param ADDRESS $uri;
        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
