using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public class FieldValueTests
{
    [Fact]
    public void Every_control_byte_but_TAB_becomes_a_blank_and_no_other()
    {
        for (char letter = '\0'; letter <= '\u00ff'; letter++)
        {
            bool passes = letter is '\t' or (>= ' ' and not '\u007f');

            Assert.Equal(passes, FieldValue.IsClean($"a{letter}b"));
            Assert.Equal(passes ? $"a{letter}b" : "a b", FieldValue.Clean($"a{letter}b"));
        }

        Assert.True(FieldValue.IsClean(""));
    }
}
