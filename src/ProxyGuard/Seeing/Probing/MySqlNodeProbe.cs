using System.Collections.Immutable;
using MySqlConnector;
using Polly;
using Polly.Timeout;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// Asks one real server, over a session that is kept open. What fails closes it, so that the next tick opens a new one; what merely hangs
/// is waited for.
/// </summary>
/// <param name="sessions">Closed with the probe.</param>
internal sealed class MySqlNodeProbe(string node, NodeSessions sessions, ProbeRules rules, TimeProvider time, ILogger log) : INodeProbe
{
    private readonly ResiliencePipeline _pipeline = Pipelines.ForProbe(rules, time);
    private readonly HeartbeatQuestion? _heartbeats =
        rules.HeartbeatTable is { } table ? new HeartbeatQuestion(sessions, table, time) : null;

    private bool _isHeartbeatFaultTold;

    public bool AsksForActivity { private get; set; }

    public async Task<NodeReading> ReadAsync(MonotonicInstant askedAt, CancellationToken stop)
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

    public void SampleHead(MonotonicInstant askedAt)
    {
        if (sessions.Status.Session is not null)
            _ = sessions.Status.TryAsk(session => session.SampleHeadAsync(askedAt));
    }

    public ValueTask DisposeAsync() => sessions.DisposeAsync();

    private async Task<NodeReading> ReadNodeAsync(MonotonicInstant askedAt, CancellationToken stop)
    {
        bool asksForActivity = AsksForActivity;
        AsksForActivity = false;
        try
        {
            NodeReading answer = await _pipeline.ExecuteAsync(
                static async (call, deadline) =>
                    await call.Line.AskAsync(session => session.AskAsync(call.AskedAt, call.AsksForActivity), deadline)
                        .ConfigureAwait(false),
                (Line: sessions.Status, AskedAt: askedAt, AsksForActivity: asksForActivity), stop).ConfigureAwait(false);
            sessions.StatusAnswered();
            return answer;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is TimeoutRejectedException or OperationCanceledException)
        {
            return Unanswered(askedAt);
        }
        catch (DialException e)
        {
            return new NodeReading.Silent(askedAt, e.Failure, e.Message);
        }
        catch (TimeoutException e)
        {
            return new NodeReading.Silent(askedAt, ProbeFailure.TimedOut, e.Message);
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

    /// <summary>A frozen server answers nothing; one whose status statement hangs takes connections, and answers other questions.</summary>
    private NodeReading.Silent Unanswered(MonotonicInstant askedAt)
    {
        if (sessions.Status.Session is null)
        {
            (ProbeFailure failure, string text) = sessions.WhyNone(rules.Timeout);
            return new NodeReading.Silent(askedAt, failure, text);
        }

        sessions.StatusHangs();
        return sessions.AnswersBeside
            ? new NodeReading.Silent(askedAt, ProbeFailure.StatementHangs, "it answers connections, its status statement hangs")
            : new NodeReading.Silent(askedAt, ProbeFailure.TimedOut, "no answer within the probe's timeout");
    }

    /// <summary>Once, until they have been read again.</summary>
    private void Tell(HeartbeatQuestion heartbeats)
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
        MySqlErrorCode.HostIsBlocked => ProbeFailure.HostBlocked,
        MySqlErrorCode.CommandTimeoutExpired => ProbeFailure.TimedOut,
        _ => ProbeFailure.Other,
    };
}
