using System.Text.Json.Nodes;
using MySqlConnector;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Tests.Ground.Settings;

/// <summary>Secrets in files of their own, as containers get them.</summary>
public sealed class SecretTests : IDisposable
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-secrets-").FullName;

    [Theory]
    [InlineData("hunter2", "hunter2")]
    [InlineData("hunter2\n", "hunter2")]
    [InlineData("hunter2\r\n", "hunter2")]
    [InlineData(" a;b='c\" ", " a;b='c\" ")]
    public async Task A_password_in_a_file_becomes_part_of_the_connection(string content, string password)
    {
        Write("db2", content);

        GuardSettings settings = await ReadAsync(json =>
        {
            json.Put("ProxyGuard:Nodes:db2:Connection", "Server=db2;User ID=proxyguard");
            json.Put("ProxyGuard:Nodes:db2:PasswordFile", "db2");
        });

        var connection = new MySqlConnectionStringBuilder(settings.Connections[1]);
        Assert.Equal((password, "db2", "proxyguard"), (connection.Password, connection.Server, connection.UserID));
        Assert.Empty(settings.Notes);
    }

    [Fact]
    public async Task A_connection_and_the_secret_of_write_marks_may_be_in_files()
    {
        Write("connection", "Server=db2;Port=3399;User ID=proxyguard;Password=hunter2\n");
        Write("marks", "a secret of thirty-two letters!!\n");

        GuardSettings settings = await ReadAsync(json =>
        {
            json.Put("ProxyGuard:Nodes:db2:Connection", null);
            json.Put("ProxyGuard:Nodes:db2:ConnectionFile", FileNamed("connection"));
            json.Put("ProxyGuard:Reads:MarkSecretFile", "marks");
        });

        Assert.Equal("Server=db2;Port=3399;User ID=proxyguard;Password=hunter2", settings.Connections[1]);
        Assert.Equal(3399, settings.Rules.Fleet.Nodes[1].Port);
        Assert.Equal("a secret of thirty-two letters!!", settings.MarkSecret);
    }

    [Theory]
    [InlineData("nowhere", "is {0}, but there is no such file")]
    [InlineData(".", "is {0}, which is a directory; name the file in it")]
    [InlineData("empty", "is {0}, which is empty; it must have the secret")]
    [InlineData("line", "is {0}, which is empty; it must have the secret")]
    [InlineData("large", "is {0}, which has more than 64 KB: it must have the secret and nothing else")]
    [InlineData("full", null)]
    public async Task A_file_that_cannot_be_used_is_named(string file, string? problem)
    {
        Write("empty", "");
        Write("line", "\n");
        Write("large", new string('x', 65_537));
        Write("full", new string('x', 65_536));

        IReadOnlyList<ConfigurationError> faults = await FaultsAsync(json => json.Put("ProxyGuard:Reads:MarkSecretFile", file));

        string path = Path.GetFullPath(file, _directory);
        Assert.Equal(
            problem is null ? [] : [("ProxyGuard:Reads:MarkSecretFile", string.Format(problem, path))],
            faults.Select(fault => (fault.Path, fault.Problem)));
    }

    [Fact]
    public async Task A_file_that_everybody_can_read_is_noted_and_used()
    {
        Write("marks", new string('x', 32));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(FileNamed("marks"), Mine | UnixFileMode.OtherRead);

        GuardSettings settings = await ReadAsync(json => json.Put("ProxyGuard:Reads:MarkSecretFile", "marks"));

        Assert.Equal(
            [
                $"ProxyGuard:Reads:MarkSecretFile is {FileNamed("marks")}, which everybody on this machine can read; chmod 0400 and its owner keep it secret.",
            ],
            settings.Notes.Select(note => note.ToString()));
        Assert.Equal(new string('x', 32), settings.MarkSecret);
    }

    [Fact]
    public async Task A_secret_that_is_said_twice_is_rejected()
    {
        Write("secret", "Server=db9;User ID=proxyguard;Password=0123456789abcdef0123456789abcdef");

        IReadOnlyList<ConfigurationError> faults = await FaultsAsync(json =>
        {
            json.Put("ProxyGuard:Reads:MarkSecret", new string('y', 32));
            json.Put("ProxyGuard:Reads:MarkSecretFile", "secret");
            json.Put("ProxyGuard:Nodes:db2:ConnectionFile", "secret");
            json.Put("ProxyGuard:Nodes:db3:PasswordFile", "secret");
        });

        Assert.Equal(
            [
                "ProxyGuard:Nodes:db2 has Connection and ConnectionFile but may have only one of them.",
                "ProxyGuard:Nodes:db3 has PasswordFile and a Password in Connection but may have only one of them.",
                "ProxyGuard:Reads has MarkSecret and MarkSecretFile but may have only one of them.",
            ],
            faults.Select(fault => fault.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("Server=db2;Passwrod=hunter2")]
    [InlineData("User ID=proxyguard;Password=hunter2")]
    public async Task Nothing_of_a_files_content_is_in_a_message(string content)
    {
        Write("connection", content);

        IReadOnlyList<ConfigurationError> faults = await FaultsAsync(json =>
        {
            json.Put("ProxyGuard:Nodes:db2:Connection", null);
            json.Put("ProxyGuard:Nodes:db2:ConnectionFile", "connection");
        });

        ConfigurationError fault = Assert.Single(faults);
        Assert.Equal("ProxyGuard:Nodes:db2:ConnectionFile", fault.Path);
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_of_secrets_overrides_the_file()
    {
        string secrets = Directory.CreateDirectory(FileNamed("run-secrets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, "ProxyGuard__Nodes__db2__Connection"), "Server=db2.internal;User ID=proxyguard\n");
        await File.WriteAllTextAsync(Path.Combine(secrets, "ProxyGaurd__Reads__MarkSecret"), "x");
        await File.WriteAllTextAsync(Path.Combine(secrets, "password-of-another-program"), "x");
        // As Kubernetes mounts them: names that lead into a directory that is swapped as a whole.
        Directory.CreateDirectory(Path.Combine(secrets, "..2030"));
        await File.WriteAllTextAsync(Path.Combine(secrets, "..2030", "mark"), new string('z', 40));
        File.CreateSymbolicLink(Path.Combine(secrets, "..data"), "..2030");
        File.CreateSymbolicLink(Path.Combine(secrets, "ProxyGuard__Reads__MarkSecret"), "..data/mark");

        GuardSettings settings = await ReadAsync(_ => { }, secrets);

        Assert.Equal("Server=db2.internal;User ID=proxyguard", settings.Connections[1]);
        Assert.Equal(new string('z', 40), settings.MarkSecret);
        Assert.Equal(
            ["ProxyGaurd begins names that nothing reads (did you mean ProxyGuard__…?)."], settings.Notes.Select(note => note.ToString()));
    }

    [Fact]
    public async Task A_directory_of_secrets_that_is_not_there_is_named() =>
        Assert.Equal(
            ["nowhere is not a directory; name that of the secrets with --secrets DIR or PROXYGUARD_SECRETS_DIRECTORY."],
            (await Assert.ThrowsAsync<SettingsException>(() => ReadAsync(_ => { }, "nowhere"))).Faults.Select(fault => fault.ToString()));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string FileNamed(string name) => Path.Combine(_directory, name);

    private void Write(string name, string content)
    {
        File.WriteAllText(FileNamed(name), content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(FileNamed(name), Mine);
    }

    private async Task<GuardSettings> ReadAsync(Action<JsonObject> change, string? secrets = null)
    {
        JsonObject json = Configured.Sample();
        change(json);
        await File.WriteAllTextAsync(FileNamed("proxyguard.json"), json.ToJsonString());
        return (await new ConfigurationSource(FileNamed("proxyguard.json"), secrets).ReadAsync()).Settings;
    }

    private async Task<IReadOnlyList<ConfigurationError>> FaultsAsync(Action<JsonObject> change)
    {
        try
        {
            await ReadAsync(change);
            return [];
        }
        catch (SettingsException e)
        {
            return e.Faults;
        }
    }
}
