using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>PHP-FPM, and nginx in front of it with a port for each way to read; nothing of theirs is outside of one directory.</summary>
internal sealed class PhpServers : IAsyncDisposable
{
    public const string Installation = "bash tests/applications.sh";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly string _directory;
    private readonly List<ChildProcess> _processes = [];

    private PhpServers(string directory) => _directory = directory;

    public static bool AreInstalled => Fpm is not null && Programs.TryFind("nginx") is not null && Programs.TryFind("php") is not null;

    private static string? Fpm { get; } =
        Directory.Exists("/usr/sbin") ? Directory.GetFiles("/usr/sbin", "php-fpm*").Order().LastOrDefault() : null;

    /// <summary>Returns when all of them listen.</summary>
    public static async Task<PhpServers> StartAsync(string directory, IReadOnlyList<PhpServer> servers)
    {
        var started = new PhpServers(directory);
        try
        {
            await started.StartAsync(servers);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Each request that reached a web server, such as <c>GET /wp-admin/ 200</c>, in the order of their ends.</summary>
    public IReadOnlyList<string> Arrived() => File.Exists(Of("arrived.log")) ? File.ReadAllLines(Of("arrived.log")) : [];

    /// <summary>What PHP and nginx complained about.</summary>
    public IReadOnlyList<string> Complaints() =>
        [.. ((string[])["php.log", "nginx-error.log"]).Select(Of).Where(File.Exists).SelectMany(File.ReadAllLines)];

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess process in _processes)
        {
            await process.EndAsync(Deadline);
            process.Dispose();
        }
    }

    private async Task StartAsync(IReadOnlyList<PhpServer> servers)
    {
        Directory.CreateDirectory(Of("sessions"));
        await File.WriteAllTextAsync(Of("fpm.conf"), FpmConfiguration());
        await File.WriteAllTextAsync(Of("nginx.conf"), NginxConfiguration(servers));
        string[] asRoot = Environment.IsPrivilegedProcess ? ["--allow-to-run-as-root"] : [];
        await StartAsync("fpm", [Fpm!, .. asRoot, "--nodaemonize", "--fpm-config", Of("fpm.conf")]);
        await StartAsync("nginx", [Programs.Find("nginx"), "-p", _directory, "-c", Of("nginx.conf")]);
        await Eventually.HappensAsync(
            "PHP-FPM and nginx listen", Deadline,
            () => File.Exists(Of("fpm.sock")) && servers.All(server => !LoopbackPorts.IsFree(server.Port)),
            () => string.Join('\n', Directory.GetFiles(_directory, "*.log").Select(File.ReadAllText)));
    }

    private async Task StartAsync(string name, IReadOnlyList<string> command) =>
        _processes.Add(await ChildProcess.StartAsync(command, Of($"{name}.log"), Of($"{name}.pid")));

    private string Of(string file) => Path.Combine(_directory, file);

    private string FpmConfiguration() => $"""
        [global]
        error_log = {Of("fpm-error.log")}
        daemonize = no
        [www]
        {(Environment.IsPrivilegedProcess ? "user = root\ngroup = root" : "")}
        listen = {Of("fpm.sock")}
        pm = ondemand
        pm.max_children = 8
        php_admin_value[sendmail_path] = /bin/true
        php_admin_value[error_log] = {Of("php.log")}
        php_admin_flag[log_errors] = on
        php_admin_flag[display_errors] = off
        php_admin_value[session.save_path] = {Of("sessions")}
        php_admin_value[sys_temp_dir] = {Of("sessions")}
        php_admin_value[upload_tmp_dir] = {Of("sessions")}
        """;

    private string NginxConfiguration(IEnumerable<PhpServer> servers) => NginxFile.Of(_directory, "warn", $$"""
        include /etc/nginx/mime.types;
            log_format arrived '$request_method $request_uri $status';
            access_log {{Of("arrived.log")}} arrived;
            client_max_body_size 64m;
        {{string.Concat(servers.Select(Server))}}
        """);

    // The distribution's own file cuts off the port that the site is asked by.
    private const string Parameters = """
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_param SCRIPT_NAME $fastcgi_script_name;
                    fastcgi_param REQUEST_METHOD $request_method; fastcgi_param REQUEST_URI $request_uri; fastcgi_param QUERY_STRING $query_string;
                    fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length; fastcgi_param DOCUMENT_URI $document_uri;
                    fastcgi_param DOCUMENT_ROOT $document_root; fastcgi_param SERVER_PROTOCOL $server_protocol; fastcgi_param SERVER_SOFTWARE nginx;
                    fastcgi_param REMOTE_ADDR $remote_addr; fastcgi_param SERVER_ADDR $server_addr; fastcgi_param SERVER_PORT $server_port;
                    fastcgi_param SERVER_NAME $host; fastcgi_param HTTP_HOST $http_host; fastcgi_param REDIRECT_STATUS 200;
        """;

    private string Server(PhpServer server) => $$"""
            server {
                listen 127.0.0.1:{{server.Port}};
                root {{server.Root}};
                index index.php;
                {{server.Locations}}
                location ~ \.php$ {
                    try_files $uri =404;
                    {{Parameters}}
                    {{string.Concat(server.Environment.Select(variable => $"fastcgi_param {variable.Name} '{variable.Value}'; "))}}
                    fastcgi_pass unix:{{Of("fpm.sock")}};
                    fastcgi_read_timeout 120s;
                }
            }

        """;
}

/// <param name="Locations">What nginx is told besides: the application's own front controller and its files.</param>
/// <param name="Environment">What its PHP finds in the environment.</param>
internal sealed record PhpServer(int Port, string Root, string Locations, IReadOnlyList<(string Name, string Value)> Environment);
