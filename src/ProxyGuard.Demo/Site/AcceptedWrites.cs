namespace ProxyGuard.Demo.Site;

/// <summary>
/// What this web node has written to the primary since it started: the truth that a test compares with what members were told.
/// </summary>
public sealed class AcceptedWrites
{
    private readonly Lock _lock = new();
    private readonly List<AcceptedComment> _comments = [];
    private long _likes;
    private long _uploads;

    /// <summary>In the order in which the primary confirmed them.</summary>
    public IReadOnlyList<AcceptedComment> Comments
    {
        get
        {
            lock (_lock)
                return [.. _comments];
        }
    }

    public long Likes => Interlocked.Read(ref _likes);

    public long Uploads => Interlocked.Read(ref _uploads);

    internal void AddComment(AcceptedComment comment)
    {
        lock (_lock)
            _comments.Add(comment);
    }

    internal void AddLike() => Interlocked.Increment(ref _likes);

    internal void AddUpload() => Interlocked.Increment(ref _uploads);
}

/// <param name="Id">The comment's key in the database.</param>
/// <param name="Photo">The photo's key.</param>
/// <param name="Text">As it was sent; a test puts a token of its own into it.</param>
/// <param name="At">When the primary had confirmed it.</param>
public sealed record AcceptedComment(long Id, long Photo, string Text, DateTimeOffset At);
