using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>Debian's WordPress, on a copy of its files: it finds its settings beside them.</summary>
internal sealed class WordPress() : Application("wordpress")
{
    private const string Files = "/usr/share/wordpress";

    public override bool IsInstalled => File.Exists($"{Files}/wp-settings.php");

    public override string Requests => """{ "Presets": [ "wordpress" ] }""";

    public override string FilesIn(string directory) => Path.Combine(RootIn(directory), "wp-content", "uploads");

    public override string RootIn(string directory) => Path.Combine(directory, Name);

    public override string LocationsIn(string directory) => "location / { try_files $uri $uri/ /index.php?$args; }";

    public override async Task WriteFilesAsync(string directory, ReplicationFleet fleet, Uri site)
    {
        string root = RootIn(directory);
        // With what the links lead to: WordPress takes the real place of a file for its own.
        await Programs.RunAsync("cp", "-rL", "--no-preserve=mode", Files, root);
        File.Delete(Path.Combine(root, ".htaccess"));
        File.Copy(Recipe("wordpress-db.php"), Path.Combine(root, "wp-content", "db.php"));
        Account account = fleet.Accounts.App;
        await File.WriteAllTextAsync(Path.Combine(root, "wp-config.php"), $$"""
            <?php
            define( 'DB_NAME', '{{Name}}' );
            define( 'DB_USER', '{{account.Name}}' );
            define( 'DB_PASSWORD', '{{account.Password}}' );
            define( 'DB_HOST', '127.0.0.1:{{fleet.Primary.Port}}' );
            define( 'DB_READ_HOST', getenv( 'READ_FROM' ) );
            define( 'DB_CHARSET', 'utf8mb4' );
            define( 'DB_COLLATE', '' );
            define( 'DISABLE_WP_CRON', true );
            define( 'AUTOMATIC_UPDATER_DISABLED', true );
            define( 'WP_HTTP_BLOCK_EXTERNAL', true );
            foreach ( [ 'AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT' ] as $key ) {
                define( $key, "$key of the lab" );
            }
            $table_prefix = 'wp_';
            defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );
            require_once ABSPATH . 'wp-settings.php';
            """);
    }

    public override async Task SetUpAsync(string directory, ReplicationFleet fleet, Visitor direct)
    {
        Answer installed = await direct.PostAsync(
            "/wp-admin/install.php?step=2",
            [
                ("weblog_title", "Photo Club"), ("user_name", Member), ("admin_password", Password), ("admin_password2", Password),
                ("pw_weak", "1"), ("admin_email", "anna@club.example"), ("blog_public", "1"), ("language", ""),
            ]);
        if (!installed.Body.Contains("Success!", StringComparison.Ordinal))
            throw new InvalidOperationException($"WordPress was not installed: {installed}\n{installed.Body}");
        await fleet.Primary.ExecuteAsync("""
            UPDATE wordpress.wp_options SET option_value = '/%postname%/' WHERE option_name = 'permalink_structure';
            DELETE FROM wordpress.wp_options WHERE option_name = 'rewrite_rules';
            """);
        await direct.GetAsync("/");
    }
}
