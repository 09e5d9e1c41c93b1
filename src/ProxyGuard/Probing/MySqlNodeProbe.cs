using System.Collections.Immutable;
using MySqlConnector;
using Polly;
using Polly.Timeout;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Operations;

namespace ProxyGuard.Probing;

/// <summary>
/// Asks one real server, over one connection of its own that is kept open. Whatever goes wrong closes it, so that the next tick begins anew.
/// </summary>
internal sealed class MySqlNodeProbe(string node, string connection, ProbeRules rules, TimeProvider time, ILogger log) : INodeProbe
{
    private readonly ResiliencePipeline _pipeline = Pipelines.ForProbe(rules, time);
    private readonly string _connectionString = NodeConnection.StringFor(connection, rules.Timeout);
    private readonly HeartbeatTable? _heartbeats =
        rules.HeartbeatTable is { } table ? new HeartbeatTable(NodeConnection.StringFor(connection, rules.Timeout), table, time) : null;

    private Task<NodeSession>? _session;
    private bool _asksForActivity;
    private bool _isHeartbeatFaultTold;

    public bool AsksForActivity
    {
        set => _asksForActivity = value;
    }

    public async Task<NodeReading> ReadAsync(Moment askedAt, CancellationToken stop)
    {
        // Less patience than the node itself has: the second witness never makes the first one late.
        Task<ImmutableArray<HeartbeatRow>>? heartbeats = _heartbeats?.ReadAsync(rules.Timeout / 2, stop);
        NodeReading reading = await ReadNodeAsync(askedAt, stop).ConfigureAwait(false);
        if (heartbeats is null)
            return reading;

        ImmutableArray<HeartbeatRow> rows = await heartbeats.ConfigureAwait(false);
        if (reading is not NodeReading.Answered answer)
            return reading;
        Tell(_heartbeats!);
        return answer with { Heartbeats = rows };
    }

    public void SampleHead(Moment askedAt)
    {
        if (_session is { IsCompletedSuccessfully: true } session)
            session.Result.SampleHead(askedAt);
    }

    public async ValueTask DisposeAsync()
    {
        Abandon();
        if (_heartbeats is not null)
            await _heartbeats.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<NodeReading> ReadNodeAsync(Moment askedAt, CancellationToken stop)
    {
        try
        {
            return await _pipeline.ExecuteAsync(static (call, token) => call.Probe.AskAsync(call.AskedAt, token), (Probe: this, AskedAt: askedAt), stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is TimeoutRejectedException or OperationCanceledException)
        {
            return new NodeReading.Silent(askedAt, ProbeFailure.TimedOut, "no answer within the probe's timeout");
        }
        catch (MySqlException e)
        {
            return new NodeReading.Silent(askedAt, FailureOf(e), e.Message);
        }
        catch (Exception e) when (NodeConnection.IsFault(e))
        {
            // What the driver throws when a server says what no server should.
            return new NodeReading.Silent(askedAt, ProbeFailure.Other, e.Message);
        }
    }

    private async ValueTask<NodeReading> AskAsync(Moment askedAt, CancellationToken deadline)
    {
        try
        {
            // The driver answers a cancelled token by asking the same server, over one more connection, to kill the query, and waits for both.
            // A frozen server would hold the tick of all nodes for half a minute: so the deadline is kept here, and the driver never sees it.
            return await AskAsync(_session ??= NodeSession.OpenAsync(_connectionString), askedAt, _asksForActivity).WaitAsync(deadline).ConfigureAwait(false);
        }
        catch
        {
            Abandon();
            throw;
        }
        finally
        {
            _asksForActivity = false;
        }
    }

    private static async Task<NodeReading> AskAsync(Task<NodeSession> session, Moment askedAt, bool asksForActivity) =>
        await (await session.ConfigureAwait(false)).AskAsync(askedAt, asksForActivity).ConfigureAwait(false);

    private void Abandon()
    {
        Task<NodeSession>? session = _session;
        _session = null;
        if (session is not null)
            _ = NodeConnection.CloseAsync(session);
    }

    /// <summary>Once, until they have been read again.</summary>
    private void Tell(HeartbeatTable heartbeats)
    {
        if (heartbeats.FailedTwice && !_isHeartbeatFaultTold)
            log.HeartbeatsUnread(node, rules.HeartbeatTable!, heartbeats.Fault!);
        _isHeartbeatFaultTold = heartbeats.FailedTwice;
    }

    private static ProbeFailure FailureOf(MySqlException e) => e.ErrorCode switch
    {
        MySqlErrorCode.UnableToConnectToHost => ProbeFailure.Unreachable,
        MySqlErrorCode.AccessDenied or MySqlErrorCode.DatabaseAccessDenied => ProbeFailure.AuthenticationFailed,
        MySqlErrorCode.SpecifiedAccessDeniedError => ProbeFailure.PermissionDenied,
        MySqlErrorCode.CommandTimeoutExpired => ProbeFailure.TimedOut,
        _ => ProbeFailure.Other,
    };
}
