using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Replication;

public class ReplicationFiltersTests
{
    private static readonly HashSet<long> Servers = [1, 3];

    // "*" is a site without Site:Databases. By the servers' order: databases, then do_table, ignore_table, wild_do_table,
    // wild_ignore_table.
    [Theory]
    [InlineData("*", "Replicate_Ignore_DB=mysql", false)]
    [InlineData("*", "Replicate_Ignore_DB=MySQL,information_schema,performance_schema,sys", false)]
    [InlineData("*", "Replicate_Ignore_DB=test", true)]
    [InlineData("*", "Replicate_Do_DB=photos", true)]
    [InlineData("*", "Binlog_Ignore_DB=mysql", false)]
    [InlineData("*", "Binlog_Ignore_DB=photos", true)]
    [InlineData("*", "Binlog_Do_DB=photos", true)]
    [InlineData("*", "Replicate_Wild_Ignore_Table=mysql.%", false)]
    [InlineData("*", "Replicate_Wild_Ignore_Table=performance_schema.%,information\\_schema.%", false)]
    [InlineData("*", "Replicate_Wild_Ignore_Table=%.tmp%", true)]
    [InlineData("*", "Replicate_Wild_Do_Table=%.%", false)]
    [InlineData("*", "Replicate_Wild_Do_Table=photos.%", true)]
    [InlineData("*", "Replicate_Ignore_Table=mysql.user", false)]
    [InlineData("*", "Replicate_Ignore_Table=photos.sessions", true)]
    [InlineData("*", "Replicate_Do_Table=photos.a", true)]
    [InlineData("photos", "Replicate_Do_DB=photos", false)]
    [InlineData("photos", "Replicate_Do_DB=forum", true)]
    [InlineData("photos", "Replicate_Do_DB=forum,photos", false)]
    [InlineData("photos,forum", "Replicate_Do_DB=photos", true)]
    [InlineData("photos", "Replicate_Do_DB=photos;Replicate_Ignore_DB=photos", false)]
    [InlineData("photos", "Replicate_Do_DB=photos;Replicate_Wild_Ignore_Table=photos.%", true)]
    [InlineData("photos", "Replicate_Ignore_DB=logs,test", false)]
    [InlineData("photos", "Replicate_Ignore_DB=Photos", true)]
    [InlineData("photos", "Binlog_Do_DB=photos", false)]
    [InlineData("photos", "Binlog_Do_DB=forum", true)]
    [InlineData("photos", "Replicate_Wild_Do_Table=photos.%", false)]
    [InlineData("photos", "Replicate_Wild_Do_Table=ph%.%", false)]
    [InlineData("photos", "Replicate_Wild_Do_Table=phot_s.%", false)]
    [InlineData("photos", "Replicate_Wild_Do_Table=photos.a%", true)]
    [InlineData("photos", "Replicate_Wild_Do_Table=photos.\\%", true)]
    [InlineData("photos", "Replicate_Wild_Do_Table=photos_.%", true)]
    [InlineData("photos", "Replicate_Do_Table=photos.a;Replicate_Wild_Do_Table=photos.%", false)]
    [InlineData("photos", "Replicate_Do_Table=photos.a", true)]
    [InlineData("photos", "Replicate_Ignore_Table=photos.a", true)]
    [InlineData("photos", "Replicate_Ignore_Table=forum.a", false)]
    [InlineData("photos", "Replicate_Ignore_Table=photos.a;Replicate_Wild_Do_Table=photos.%", true)]
    [InlineData("photos", "Replicate_Wild_Ignore_Table=photos.%", true)]
    [InlineData("photos", "Replicate_Wild_Ignore_Table=photos.tmp\\_%", true)]
    [InlineData("photos", "Replicate_Wild_Ignore_Table=%s.%", true)]
    [InlineData("photos", "Replicate_Wild_Ignore_Table=forum.%", false)]
    [InlineData("photos", "Replicate_Wild_Ignore_Table=photos\\_old.%", false)]
    [InlineData("photos", "Replicate_Wild_Ignore_Table=photos.%;Replicate_Wild_Do_Table=photos.%", false)]
    [InlineData("photos", "Replicate_Rewrite_DB=(photos,other)", true)]
    [InlineData("photos", "Replicate_Rewrite_DB=(a,b),(c,photos)", true)]
    [InlineData("photos", "Replicate_Rewrite_DB=(a,b),(c,d)", false)]
    [InlineData("photos", "Replicate_Rewrite_DB=photos->other", true)]
    [InlineData("photos", "Replicate_Rewrite_DB=a->b,c->d", false)]
    [InlineData("photos", "Replicate_Rewrite_DB=who knows", true)]
    [InlineData("photos", "Replicate_Ignore_Server_Ids=7, 9", false)]
    [InlineData("photos", "Replicate_Ignore_Server_Ids=7, 1", true)]
    [InlineData("photos", "Replicate_Ignore_Domain_Ids=5", false)]
    [InlineData("photos", "Replicate_Ignore_Domain_Ids=5, 2", true)]
    [InlineData("photos", "Replicate_Do_Domain_Ids=0, 2", false)]
    [InlineData("photos", "Replicate_Do_Domain_Ids=0", true)]
    [InlineData("photos", "Replicate_Something_New=x", true)]
    public void A_filter_may_hide_data_unless_it_provably_leaves_the_site_alone(string site, string filters, bool mayHide)
    {
        var databases = new SiteDatabases(site == "*" ? [] : [.. site.Split(',')]);

        Assert.Equal(
            mayHide, new ReplicationFilters([.. filters.Split(';')]).Hiding(databases, Servers, GtidDomains.TryParse("0-1-5,2-1-7")).Any());
    }

    [Fact]
    public void A_domain_filter_may_hide_data_if_the_primarys_domains_are_unknown() =>
        Assert.NotEmpty(
            new ReplicationFilters(["Replicate_Ignore_Domain_Ids=5"]).Hiding(new SiteDatabases(["photos"]), Servers, domains: null));

    // Every pattern of up to four letters against every database name of up to three: what is said to match all of a database must match
    // any table of it.
    [Fact]
    public void A_table_pattern_is_classified_correctly_against_every_table_of_a_database()
    {
        string[] letters = ["a", "b", "%", "_", "."];
        string[] names = ["a", "b", "ab", "ba", "aab"];
        string[] tables = ["a", "b", "ab", "a.b", "%"];
        foreach (string text in Words(letters, 4))
        {
            var pattern = new TablePattern(text);
            foreach (string name in names)
            {
                bool[] matches = [.. tables.Select(table => Like(text, $"{name}.{table}"))];
                Assert.True(!pattern.MatchesAllOf(name) || matches.All(match => match), $"{text} covers {name}");
                Assert.True(pattern.MayMatchIn(name) || !matches.Any(match => match), $"{text} may match in {name}");
            }
        }
    }

    private static IEnumerable<string> Words(string[] letters, int length) =>
        length == 0
            ? [""]
            : Words(letters, length - 1).SelectMany(
                word => letters.Select(letter => word + letter)).Concat(Words(letters, length - 1)).Distinct();

    /// <summary>LIKE, the plain way.</summary>
    private static bool Like(string pattern, string text) => pattern switch
    {
        "" => text.Length == 0,
        ['%', ..] => Enumerable.Range(0, text.Length + 1).Any(from => Like(pattern[1..], text[from..])),
        ['_', ..] => text.Length > 0 && Like(pattern[1..], text[1..]),
        _ => text.Length > 0 && text[0] == pattern[0] && Like(pattern[1..], text[1..]),
    };
}
