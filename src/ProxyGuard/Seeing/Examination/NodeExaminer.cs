using System.Collections.Immutable;
using MySqlConnector;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Seeing.Examination;

/// <summary>Asks one node for what explains its state. Rarely: some of it makes an old server open every table.</summary>
internal interface INodeExaminer
{
    /// <summary>
    /// What could be learnt within the examiner's own patience; null when the node does not answer at all. Throws only when
    /// <paramref name="stop"/> is cancelled.
    /// </summary>
    Task<NodeExamination?> ExamineAsync(MonotonicInstant at, CancellationToken stop);
}

/// <summary>Makes the examiner of one node; its connection string is the one at the same index in the settings.</summary>
internal delegate INodeExaminer NodeExaminerFactory(NodeRules node, string connection);

/// <summary>Asks one real server, over its second session, and never over a third. Each part may fail alone.</summary>
internal sealed class NodeExaminer(NodeSessions sessions, TimeProvider time) : INodeExaminer
{
    // A person waits for the answer, but not for long; a table list of an old server with a cold cache takes seconds.
    private static readonly TimeSpan ExaminationTimeout = TimeSpan.FromSeconds(5);

    public async Task<NodeExamination?> ExamineAsync(MonotonicInstant at, CancellationToken stop)
    {
        var found = new Found();
        using var deadline = new CancellationTokenSource(ExaminationTimeout, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        try
        {
            // The driver never sees the deadline: what hangs is not asked again until it has ended.
            await sessions.Side.AskAsync(session => ExamineAsync(session.Connection, found, at, patience.Token), patience.Token)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (NodeConnection.IsFault(e))
        {
            stop.ThrowIfCancellationRequested();
        }
        finally
        {
            sessions.LetGoOfSide();
        }

        return found.Examination;
    }

    /// <summary>
    /// The cheap parts first: the cost of the last one is not known beforehand. Nothing more is asked for once the caller has given up.
    /// </summary>
    private static async Task<bool> ExamineAsync(MySqlConnection node, Found found, MonotonicInstant at, CancellationToken patience)
    {
        found.Examination = new NodeExamination { At = at, Variables = await VariablesAsync(node).ConfigureAwait(false) };
        patience.ThrowIfCancellationRequested();
        if (await OrNullAsync(AppliersAsync(node)).ConfigureAwait(false) is { } appliers)
            found.Examination = found.Examination with { Appliers = appliers };
        if (await OrNullAsync(WorkerErrorsAsync(node)).ConfigureAwait(false) is { } errors)
            found.Examination = found.Examination with { WorkerErrors = errors };
        patience.ThrowIfCancellationRequested();
        await OrNullAsync(LimitAsync(node)).ConfigureAwait(false);
        if (await OrNullAsync(TablesAsync(node)).ConfigureAwait(false) is { } tables)
            found.Examination =
                found.Examination with
                {
                    DataBytes = tables.Bytes,
                    TablesWithoutKey = tables.WithoutKey,
                    UniqueKeys = tables.Keys,
                    References = tables.References
                };
        return true;
    }

    private static async Task<ImmutableDictionary<string, string>> VariablesAsync(MySqlConnection node)
    {
        List<(string Name, string? Value)> rows = await node.AskAsync(ExaminationRows.Variables, ServerRows.Variable).ConfigureAwait(false);
        // A name in two spellings of case is the same variable.
        return rows.Where(row => row.Value is not null).DistinctBy(row => row.Name)
            .ToImmutableDictionary(row => row.Name, row => row.Value!);
    }

    /// <summary>Null when the account may not see other people's threads: then there is no telling whether one runs.</summary>
    private static async Task<ImmutableArray<ApplierActivity>?> AppliersAsync(MySqlConnection node)
    {
        List<ThreadRow> threads = await node.AskAsync(ServerRows.Threads, ExaminationRows.Thread).ConfigureAwait(false);
        ImmutableArray<ApplierActivity> appliers = [.. threads.Where(thread => thread.IsApplier).Select(thread => thread.Activity)];
        if (threads.Any(thread => thread.IsOfTheServer))
            return appliers;
        List<string> grants = await node.AskAsync(ExaminationRows.Grants, ExaminationRows.Grant).ConfigureAwait(false);
        return grants.Any(ExaminationRows.ShowsThreads) ? appliers : null;
    }

    private static async Task<ImmutableArray<WorkerError>?> WorkerErrorsAsync(MySqlConnection node) =>
        [.. (await node.AskAsync(ExaminationRows.WorkerErrors, ExaminationRows.WorkerErrorOf).ConfigureAwait(false)).OfType<WorkerError>()];

    /// <summary>MariaDB 10.1 and later stop by themselves what takes longer than we wait; MySQL is told so in the statement.</summary>
    private static async Task<bool> LimitAsync(MySqlConnection node)
    {
        using var command = new MySqlCommand($"SET SESSION max_statement_time = {ExaminationTimeout.TotalSeconds:0}", node);
        await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    private static async Task<(
        long Bytes, ImmutableArray<string> WithoutKey, ImmutableArray<UniqueKey> Keys,
        ImmutableArray<TableReference> References)?> TablesAsync(MySqlConnection node)
    {
        List<(string Name, long Bytes)> tables = await node.AskAsync(ExaminationRows.Tables, ExaminationRows.Table).ConfigureAwait(false);
        if (tables.Count == 0)
            return null;
        ImmutableArray<UniqueKey> keys = ExaminationRows.UniqueKeys(
            await node.AskAsync(ExaminationRows.KeyParts, ExaminationRows.KeyPartOf).ConfigureAwait(false));
        ImmutableArray<TableReference> references =
            [.. await node.AskAsync(ExaminationRows.References, ExaminationRows.Reference).ConfigureAwait(false)];
        HashSet<string> keyed = [.. keys.Select(key => key.Table)];
        return (
            tables.Sum(table => table.Bytes),
            [.. tables.Select(table => table.Name).Where(name => !keyed.Contains(name)).Order(StringComparer.Ordinal)], keys, references);
    }

    /// <summary>What the server refuses, or does not have, is missing, and the next part is asked all the same.</summary>
    private static async Task<T?> OrNullAsync<T>(Task<T> part)
    {
        try
        {
            return await part.ConfigureAwait(false);
        }
        catch (MySqlException)
        {
            return default;
        }
    }

    /// <summary>What is known so far, replaced whole: a caller that stops waiting takes it as it is.</summary>
    private sealed class Found
    {
        private NodeExamination? _examination;

        public NodeExamination? Examination
        {
            get => Volatile.Read(ref _examination);
            set => Volatile.Write(ref _examination, value);
        }
    }
}
