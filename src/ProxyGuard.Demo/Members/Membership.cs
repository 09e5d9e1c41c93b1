namespace ProxyGuard.Demo.Members;

/// <summary>All members who are on the site at the moment.</summary>
internal sealed class Membership : IAsyncDisposable
{
    private static readonly string[] Names = ["heron", "fern", "otter", "wren", "lynx", "maple", "finch", "badger", "clover", "plover"];

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _browsing;

    public Membership(int count, Uri site) =>
        _browsing = Task.WhenAll(
            Enumerable.Range(0, count).Select(number => new Member(NameOf(number), site, Tally).BrowseAsync(_stop.Token)));

    public MemberTally Tally { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _browsing;
        _stop.Dispose();
    }

    private static string NameOf(int number) =>
        number < Names.Length ? Names[number] : $"{Names[number % Names.Length]}{(number / Names.Length) + 1}";
}
