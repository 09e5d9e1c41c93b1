using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProxyGuard.Tests.Conventions;

/// <summary>The files of this repository, for tests that hold them to the code.</summary>
internal static class Repository
{
    private static readonly JsonDocumentOptions Commented =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly string Root = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    public static JsonObject ReadJson(params string[] parts) => JsonNode.Parse(Read(parts), documentOptions: Commented)!.AsObject();

    /// <summary>Source files under src/, without what the compiler generated.</summary>
    public static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Intersect(["obj", "bin"]).Any());

    public static string NameOf(string file) => Path.GetRelativePath(Root, file);

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ProxyGuard.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException("ProxyGuard.sln is in no folder above the tests");
    }
}
