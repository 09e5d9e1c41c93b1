namespace ProxyGuard.Testing;

/// <summary>The configuration of a test's own nginx, which writes nowhere but into the test's directory.</summary>
internal static class NginxFile
{
    /// <summary>One process in the foreground, which PHP-FPM's socket is open to.</summary>
    /// <param name="directory">Where it writes.</param>
    /// <param name="errors">From which level on it tells of errors.</param>
    /// <param name="http">What stands in the section http besides.</param>
    public static string Of(string directory, string errors, string http) => $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes 1;
        pid {{Path.Combine(directory, "nginx-own.pid")}};
        error_log {{Path.Combine(directory, "nginx-error.log")}} {{errors}};
        events { worker_connections 256; }
        http {
            client_body_temp_path {{Path.Combine(directory, "body")}};
            proxy_temp_path {{Path.Combine(directory, "proxy")}};
            fastcgi_temp_path {{Path.Combine(directory, "fastcgi")}};
            uwsgi_temp_path {{Path.Combine(directory, "uwsgi")}};
            scgi_temp_path {{Path.Combine(directory, "scgi")}};
            {{http}}
        }
        """;
}
