using System.Reflection;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Tests.Conventions;

/// <summary>A new value of a closed set is not forgotten where nothing else would miss it before it happens.</summary>
public sealed class ClosedSetTests
{
    public static TheoryData<string> Languages => [.. Wording.Languages];

    [Theory]
    [MemberData(nameof(Languages))]
    public void A_report_has_a_word_for_every_cause_mode_state_and_role(string language)
    {
        string[] expected =
        [
            .. Enum.GetValues<Cause>().Select(cause => $"cause.{PublicNames.Of(cause)}"),
            .. Enum.GetValues<SiteMode>().Select(mode => $"mode.{PublicNames.Of(mode)}"),
            .. Enum.GetValues<NodeHealth>().Select(health => $"state.{PublicNames.Of(health)}"),
            .. Enum.GetValues<NodeRole>().Select(role => $"role.{PublicNames.Of(role)}"),
        ];

        Assert.Empty(expected.Except(Wording.ForReports(language).Keys));
    }

    [Theory]
    [InlineData("EventLog.cs", typeof(SiteEvent))]
    [InlineData("AuditSink.cs", typeof(SiteEvent.OfSite))]
    public void A_sink_has_a_case_for_every_event_that_it_reports(string file, Type kind)
    {
        string sink = Repository.Read("src", "ProxyGuard", "Deciding", "Guarding", file);
        string[] events =
        [
            .. typeof(SiteEvent).GetNestedTypes(BindingFlags.Public).Where(type => !type.IsAbstract && type.IsSubclassOf(kind))
            .Select(type => type.Name),
        ];

        Assert.NotEmpty(events);
        Assert.DoesNotContain(events, name => !sink.Contains($"SiteEvent.{name} ", StringComparison.Ordinal));
    }
}
