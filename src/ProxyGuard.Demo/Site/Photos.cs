namespace ProxyGuard.Demo.Site;

/// <summary>A photo without its picture.</summary>
internal sealed record Photo(long Id, string Title, string Author, DateTime AddedUtc)
{
    public required long Likes { get; init; }

    public required long Comments { get; init; }
}

internal sealed record Comment(long Id, string Author, string Text, DateTime AddedUtc);

internal sealed record Picture(string MediaType, byte[] Bytes);

/// <summary>A database node as a web node knows it.</summary>
/// <param name="Name">Such as <c>db2</c>; shown at the foot of each page.</param>
/// <param name="ConnectionString">With the database <c>photos</c>; time limits are added by the site.</param>
public sealed record SiteDatabase(string Name, string ConnectionString);
