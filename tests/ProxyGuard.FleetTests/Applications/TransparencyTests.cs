namespace ProxyGuard.FleetTests.Applications;

/// <summary>In normal mode, with reads on the replicas: members get what the application says, and what was written is where it belongs.</summary>
[Collection(nameof(SharesTheApplications))]
public sealed class TransparencyTests(ApplicationFleet fleet, ITestOutputHelper output)
{
    [Theory]
    [InlineData(nameof(Recipe.ReadPort))]
    [InlineData(nameof(Recipe.ServerPerReplica))]
    public Task WordPress_answers_through_ProxyGuard_as_it_does_without_it(string recipe) => CompareAsync(
        new WordPress(), Enum.Parse<Recipe>(recipe), async (stranger, member) =>
        {
            var story = new WordPressStory(stranger, member);
            await story.LiveThroughAsync();
            return story.Answers;
        });

    [Theory]
    [InlineData(nameof(Recipe.ReadPort))]
    [InlineData(nameof(Recipe.ServerPerReplica))]
    public Task MediaWiki_answers_through_ProxyGuard_as_it_does_without_it(string recipe) => CompareAsync(
        new MediaWiki(), Enum.Parse<Recipe>(recipe), async (stranger, member) =>
        {
            var story = new MediaWikiStory(stranger, member);
            await story.LiveThroughAsync();
            return story.Answers;
        });

    private async Task CompareAsync(Application application, Recipe recipe, Func<Visitor, Visitor, Task<IReadOnlyList<Answer>>> story)
    {
        await fleet.OpenAsync(application, recipe);
        using Visitor stranger = fleet.Direct(application);
        using Visitor member = fleet.Direct(application);
        using Visitor guardedStranger = fleet.Member();
        using Visitor guardedMember = fleet.Member();

        await fleet.RestoreAsync(application);
        IReadOnlyList<Answer> direct = await story(stranger, member);
        await fleet.RestoreAsync(application);
        IReadOnlyList<Answer> guarded = await story(guardedStranger, guardedMember);

        output.WriteLine($"{direct.Count} answers, {direct.Sum(answer => answer.Body.Length)} characters");
        SameAnswers.Verify(direct, guarded);
        Assert.DoesNotContain(fleet.Complaints(), complaint => complaint.Contains("PHP Fatal", StringComparison.Ordinal));
    }
}
