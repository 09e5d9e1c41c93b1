using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>Debian's MediaWiki, where it was installed: only its settings and what it writes are elsewhere.</summary>
internal sealed class MediaWiki() : Application("mediawiki")
{
    private const string Files = "/usr/share/mediawiki";

    public override bool IsInstalled => File.Exists($"{Files}/api.php");

    public override string Requests => """{ "Presets": [ "mediawiki" ] }""";

    public override string FilesIn(string directory) => Path.Combine(directory, Name, "images");

    public override string RootIn(string directory) => Files;

    public override string LocationsIn(string directory) => $$"""
        location / { try_files $uri $uri/ =404; }
                location ^~ /images/ { alias {{FilesIn(directory)}}/; }
                location ~ ^/(cache|includes|maintenance|vendor|languages|mw-config|tests)/ { deny all; }
        """;

    public override IEnumerable<(string Name, string Value)> EnvironmentIn(string directory) => [("MW_CONFIG_FILE", SettingsIn(directory))];

    public override Task WriteFilesAsync(string directory, ReplicationFleet fleet, Uri site)
    {
        Directory.CreateDirectory(FilesIn(directory));
        Directory.CreateDirectory(Path.Combine(directory, Name, "cache"));
        return Task.CompletedTask;
    }

    public override async Task SetUpAsync(string directory, ReplicationFleet fleet, Visitor direct)
    {
        Account account = fleet.Accounts.App;
        string home = Path.Combine(directory, Name);
        await RunPhpAsync(
            $"{Files}/maintenance/install.php", "--dbtype", "mysql", "--dbserver", $"127.0.0.1:{fleet.Primary.Port}", "--dbname", Name,
            "--dbuser", account.Name, "--dbpass", account.Password, "--server", direct.Site.ToString().TrimEnd('/'), "--scriptpath", "",
            "--confpath", home, "--skins", "Vector,MonoBook", "--pass", Password, "Photo Wiki", Member);
        await File.AppendAllTextAsync(SettingsIn(directory), $"""

            // A reader may ask for the wiki in another language; no real one can.
            $wgLanguageCode = $_SERVER['HTTP_X_WIKI_LANGUAGE'] ?? 'en';
            $wgEnableUploads = true;
            $wgUploadDirectory = '{FilesIn(directory)}';
            $wgUploadPath = '/images';
            $wgCacheDirectory = '{home}/cache';
            $wgUseInstantCommons = false;
            $wgPingback = false;
            $wgEnableEmail = false;
            require '{Recipe("mediawiki-databases.php")}';
            """);
        // What follows each edit: links, categories, the search index.
        await RunPhpAsync($"{Files}/maintenance/runJobs.php", "--conf", SettingsIn(directory));
    }

    private string SettingsIn(string directory) => Path.Combine(directory, Name, "LocalSettings.php");
}
