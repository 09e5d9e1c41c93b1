using System.Collections.Immutable;

namespace ProxyGuard.Core.Guarding;

/// <summary>A few seconds of a site: how far the primary's head moved, and what was asked of the site meanwhile.</summary>
/// <param name="Seconds">Its length; above 0.</param>
/// <param name="Bytes">What the primary's binlog grew by; 0 or more.</param>
/// <param name="Requests">How many of each kind were answered, by the kind's number; kinds that were not asked for are left out.</param>
public sealed record MovementWindow(double Seconds, double Bytes, ImmutableArray<KeyValuePair<int, int>> Requests);

/// <summary>One kind of requests.</summary>
/// <param name="Name">Such as "GET /photos/*".</param>
/// <param name="IsRead">Whether it counts as a read.</param>
public sealed record MovementKind(string Name, bool IsRead);

/// <summary>A kind of reads with which the primary's head moves.</summary>
/// <param name="Kind">Its number.</param>
/// <param name="Alike">Other kinds that were asked for so much at the same times that it may be one of these; empty for none.</param>
/// <param name="Bytes">How far it moves for each of them.</param>
/// <param name="Error">Its standard error; in 19 of 20 cases the truth is less than two of them away.</param>
/// <param name="Requests">How many were counted.</param>
public sealed record WritingRead(int Kind, ImmutableArray<int> Alike, double Bytes, double Error, long Requests)
{
    private const double NineteenOfTwenty = 1.96;

    /// <summary>At least so far, in 19 of 20 cases.</summary>
    public double Low => Math.Max(0, Bytes - NineteenOfTwenty * Error);

    /// <summary>At most so far, in 19 of 20 cases.</summary>
    public double High => Bytes + NineteenOfTwenty * Error;
}
