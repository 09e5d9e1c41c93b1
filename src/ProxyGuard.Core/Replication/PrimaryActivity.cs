using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// What a server works on at one moment. Asked only while writes seem to hang; sums of SHOW GLOBAL STATUS, and the process list.
/// </summary>
public sealed record PrimaryActivity
{
    /// <summary>
    /// The running statements, the longest first, a hundred at most. Null when the account sees only its own: PROCESS is not granted.
    /// </summary>
    public ImmutableArray<RunningStatement>? Statements { get; init; }

    /// <summary>
    /// Threads_running without the connection that asks and the server's own threads. Binlog dumps count among them. Null when the
    /// server does not say.
    /// </summary>
    public long? Running { get; init; }

    /// <summary>
    /// Innodb_row_lock_current_waits: statements that wait for a row of another member's. 0 when the server does not say.
    /// </summary>
    public long RowLockWaits { get; init; }

    /// <summary>Write statements begun since the server's start: Com_insert and its like, which count when a statement begins.</summary>
    public long WritesBegun { get; init; }

    /// <summary>Rows changed since the server's start, also by statements that still go on.</summary>
    public long RowsChanged { get; init; }

    /// <summary>How many statements run that neither feed a replica nor wait for a row; 0 or less when the server does not say.</summary>
    /// <param name="followers">How many nodes fetch from it: each is a running thread.</param>
    public long Busy(int followers) => (Running ?? 0) - followers - RowLockWaits;
}

/// <summary>One statement of the process list.</summary>
/// <param name="Session">The connection's id, as KILL wants it.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Text">Its beginning.</param>
/// <param name="State">What the server says it does, such as <c>Waiting for global read lock</c>; "" when it says nothing.</param>
/// <param name="For">How long in this state, in whole seconds.</param>
public sealed record RunningStatement(long Session, string User, string Text, string State, TimeSpan For)
{
    // What changes data, and what ends a transaction that did. A CALL shows the statement inside the procedure.
    private static readonly ImmutableArray<string> WriteWords = ["INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "COMMIT"];

    // What takes a lock that others wait for, and is itself waiting or working.
    private static readonly ImmutableArray<string> LockWords =
        ["FLUSH", "LOCK", "ALTER", "OPTIMIZE", "REPAIR", "TRUNCATE", "DROP", "RENAME", "CREATE", "BACKUP"];

    // Passed in no time by a server that is well. All others that are not "Waiting for …" are work: who works is not stalled, nor is who
    // waits for a row ("updating").
    private static readonly ImmutableArray<string> StandingStates =
        ["Locked", "System lock", "Opening tables", "Closing tables", "query end", "Commit", "end", "init", "starting", "freeing items"];

    public bool IsWrite => Begins(WriteWords);

    public bool TakesLocks => Begins(LockWords);

    /// <summary>Whether it stands where no statement stands for long, or says itself that it waits for something else than a row.</summary>
    public bool Stands =>
        State.StartsWith("Waiting for ", StringComparison.OrdinalIgnoreCase)
            || StandingStates.Contains(State, StringComparer.OrdinalIgnoreCase);

    private bool Begins(ImmutableArray<string> words)
    {
        ReadOnlySpan<char> text = Text.AsSpan().TrimStart(" \t\r\n(");
        // Frameworks sign their statements with a comment.
        while (text.StartsWith("/*") && text.IndexOf("*/") is >= 0 and int end)
            text = text[(end + 2)..].TrimStart(" \t\r\n(");
        foreach (string word in words)
        {
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                && (text.Length == word.Length || !char.IsAsciiLetter(text[word.Length])))
                return true;
        }

        return false;
    }
}
