namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>nginx as the web servers behind the proxies, and as a proxy to compare with.</summary>
internal static class NginxServer
{
    /// <summary>
    /// The fastest web servers there are, so that the proxies are what limits: static files, one process for all three addresses.
    /// </summary>
    public static Child StartOrigin(string directory, IReadOnlyList<int> ports, Cores cores)
    {
        string root = Directory.CreateDirectory(Path.Combine(directory, "site")).FullName;
        foreach (Body body in Body.All)
            File.WriteAllBytes(Path.Combine(root, body.File), body.Bytes);
        string site =
            $$"""
            types { text/html html; image/jpeg jpg; }
            sendfile on;
            tcp_nopush on;
            open_file_cache max=100;
            server {
            {{string.Join('\n', ports.Select(port => $"    listen 127.0.0.1:{port};"))}}
                root "{{root}}";
            }
            """;
        return Start("origin", directory, workers: 1, site, cores.ForRest);
    }

    public static Child StartProxy(string directory, int port, IEnumerable<int> destinations, Cores cores)
    {
        // 16 buffers hold the largest body; with the default 8 of 4 KB nginx might write it to disk.
        string site =
            $$"""
            upstream site {
            {{string.Join('\n', destinations.Select(destination => $"    server 127.0.0.1:{destination};"))}}
                keepalive 64;
                keepalive_requests 1000000000;
            }
            server {
                listen 127.0.0.1:{{port}};
                proxy_buffers 16 8k;
                location / {
                    proxy_pass http://site;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $http_host;
                }
            }
            """;
        return Start("nginx", directory, cores.ProxyCount, site, cores.ForProxy);
    }

    private static Child Start(string name, string directory, int workers, string site, IEnumerable<string> pin)
    {
        string own = Directory.CreateDirectory(Path.Combine(directory, name)).FullName;
        string configuration =
            $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            daemon off;
            worker_processes {{workers}};
            pid "{{own}}/nginx.pid";
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
            access_log off;
            keepalive_requests 1000000000;
            client_body_temp_path "{{own}}/body";
            proxy_temp_path "{{own}}/proxy";
            fastcgi_temp_path "{{own}}/fastcgi";
            uwsgi_temp_path "{{own}}/uwsgi";
            scgi_temp_path "{{own}}/scgi";
            {{site}}
            }

            """;
        string file = Path.Combine(own, "nginx.conf");
        File.WriteAllText(file, configuration);
        return Child.Start(name, directory, [.. pin, Tools.Find("nginx"), "-p", own, "-e", "stderr", "-c", file]);
    }
}
