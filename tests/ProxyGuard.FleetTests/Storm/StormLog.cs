using System.Globalization;

namespace ProxyGuard.FleetTests.Storm;

/// <summary>What became of everybody's requests, beside what the web servers and the primary know themselves.</summary>
/// <param name="Arrived">How often each token arrived at a web server to be written.</param>
/// <param name="Written">How often the primary has each token.</param>
internal sealed record StormLog(
    Visitors Visitors, Disturbances Disturbances, IReadOnlyDictionary<string, int> Arrived, IReadOnlyDictionary<string, int> Written)
{
    /// <summary>From a fault until no page comes from there any more.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(1);

    /// <summary>Looks of people who had just written, and whose write was accepted.</summary>
    public Look[] Pairs => [.. Visitors.Looks.Where(look => look.IsOwn)];

    /// <summary>Pages that claimed to be current and lacked what their reader had written.</summary>
    public Look[] Missed => [.. Pairs.Where(look => look is { Server: not null, IsThere: false, IsLabelled: false })];

    public Look[] FailedLooks => [.. Visitors.Looks.Where(look => look.Server is null)];

    /// <summary>Pages that claimed to be current, from a replica that had not been fresh for more than a second.</summary>
    public Look[] Late =>
        [
            .. Visitors.Looks.Where(
                look => Disturbances.Outages.Any(outage => IsDuring(look, outage) && look.SentAt > outage.From + outage.MayLag + Notice)),
        ];

    /// <summary>Writes that failed although no web server had just been killed.</summary>
    public Write[] FailedForNoReason =>
        [.. Failed.Where(write => !Disturbances.Kills.Any(kill => write.AnsweredAt >= kill && write.SentAt <= kill + Notice))];

    public string[] SentTwice => [.. Arrived.Where(token => token.Value > 1).Select(token => token.Key)];

    /// <summary>Writes that were accepted, and did not arrive once and are not there once.</summary>
    public Write[] AcceptedNotOnce =>
        [
            .. Visitors.Writes.Where(
                write => write.IsAccepted && (Arrived.GetValueOrDefault(write.Token), Written.GetValueOrDefault(write.Token)) != (1, 1)),
        ];

    private Write[] Failed => [.. Visitors.Writes.Where(write => !write.IsAccepted)];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Pairs.Length} pairs, {Pairs.Count(look => look.IsLabelled)} of them labelled, {Missed.Length} missed; {Visitors.Looks.Count - Pairs.Length} other looks, {Visitors.Looks.Count(look => look is { IsOwn: false, IsLabelled: true })} of them labelled; {FailedLooks.Length} looks failed
        {Told("stopped")}; {Told("held back")}; web servers were killed {Disturbances.Kills.Count} times
        {Failed.Length} of {Visitors.Writes.Count} writes failed: {Failed.Count(write => Arrived.ContainsKey(write.Token))} had arrived at a web server, {Failed.Count(write => Written.ContainsKey(write.Token))} were done
        """);

    private string Told(string what)
    {
        Outage[] outages = [.. Disturbances.Outages.Where(outage => outage.What == what)];
        double last = outages.Max(
            outage => Visitors.Looks.Where(look => IsDuring(look, outage))
                .Max(look => (look.SentAt - outage.From).TotalSeconds as double?)) ?? 0;
        return string.Create(
            CultureInfo.InvariantCulture, $"replicas were {what} {outages.Length} times, and asked {last:0.00} s later at the latest");
    }

    private static bool IsDuring(Look look, Outage outage) =>
        look.Server == outage.Server && !look.IsLabelled && look.SentAt > outage.From && look.AnsweredAt < outage.Until;
}
