using System.Runtime.CompilerServices;

namespace ProxyGuard.FleetTests;

/// <summary>Judges hundreds of things that were seen; of those that offend it shows one and how many there are.</summary>
internal static class Every
{
    public static void One<T>(IEnumerable<T> seen, Func<T, bool> isRight, [CallerArgumentExpression(nameof(isRight))] string rule = "")
    {
        List<T> all = [.. seen];
        List<T> wrong = [.. all.Where(one => !isRight(one))];
        Assert.NotEmpty(all);
        Assert.True(
            wrong.Count == 0,
            $"{wrong.Count} of {all.Count} break the rule {rule}; the first: {wrong.FirstOrDefault()}; the last: {wrong.LastOrDefault()}");
    }
}
