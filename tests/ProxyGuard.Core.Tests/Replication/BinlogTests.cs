using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Replication;

public class BinlogTests
{
    [Theory]
    [InlineData("bin.000001", 4, "bin.000001", 5)]
    [InlineData("bin.000001", 900, "bin.000002", 4)]
    [InlineData("bin.999999", 4, "bin.1000000", 4)]
    [InlineData("db1.bin.000009", 4, "db1.bin.000010", 4)]
    public void Positions_are_ordered_by_the_files_number_and_then_by_the_offset(
        string file, long offset, string laterFile, long laterOffset)
    {
        BinlogPosition earlier = At(file, offset);
        BinlogPosition later = At(laterFile, laterOffset);

        Assert.True(earlier < later);
        Assert.True(later > earlier);
        Assert.Equal(file, earlier.File);
        Assert.Equal(laterFile, later.File);
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData("", 4)]
    [InlineData("bin", 4)]
    [InlineData(".000001", 4)]
    [InlineData("bin.index", 4)]
    [InlineData("bin.-1", 4)]
    [InlineData("bin.000001", -1)]
    public void An_invalid_binlog_position_is_not_parsed(string? file, long offset) => Assert.Null(BinlogPosition.TryParse(file, offset));

    [Fact]
    public void Positions_of_different_logs_have_no_order() =>
        Assert.Throws<ArgumentException>(() => At("bin.000001", 4) < At("mysql-bin.000001", 4));

    [Theory]
    [InlineData("bin.000001", 10, "bin.000001", 110, 100)]
    [InlineData("bin.000001", 110, "bin.000001", 10, -100)]
    [InlineData("bin.000001", 900, "bin.000002", 50, 150)]
    [InlineData("bin.000001", 900, "bin.000003", 4, 2104)]
    [InlineData("bin.000003", 4, "bin.000001", 900, -2104)]
    public void The_distance_of_two_positions_is_summed_over_binlog_files(
        string from, long fromOffset, string to, long toOffset, long bytes) =>
        Assert.Equal(bytes, Index().BytesBetween(At(from, fromOffset), At(to, toOffset)));

    [Theory]
    [InlineData("bin.000007", "bin.000009")] // purged in between
    [InlineData("bin.000002", "bin.000005")] // newer than the list
    [InlineData("other.000002", "bin.000003")]
    public void The_distance_of_two_positions_is_unknown_if_a_file_between_is_missing(string from, string to) =>
        Assert.Null(Index().BytesBetween(At(from, 4), At(to, 4)));

    [Fact]
    public void A_rotated_binlog_is_beyond_the_known_list_of_files()
    {
        Assert.True(Index().Reaches(At("bin.000003", 999_999)));
        Assert.False(Index().Reaches(At("bin.000004", 4)));
        Assert.False(BinlogIndex.Empty.Reaches(At("bin.000001", 4)));
    }

    private static BinlogIndex Index() => new([new(At("bin.000001", 1000)), new(At("bin.000002", 2000)), new(At("bin.000003", 500))]);

    private static BinlogPosition At(string file, long offset) => BinlogPosition.TryParse(file, offset)!.Value;
}
