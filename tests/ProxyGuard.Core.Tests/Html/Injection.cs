using System.Text;
using ProxyGuard.Core.Html;

namespace ProxyGuard.Core.Tests.Html;

/// <summary>Runs the placer over a page as a stream would, and keeps what a stream would send and hold.</summary>
internal sealed class Injection
{
    public static readonly byte[] Tag =
        Encoding.ASCII.GetBytes("<script async=\"\" src=\"/_proxyguard/b.js?v=0123456789ab\" data-cfasync=\"false\"></script>");

    public required byte[] Output { get; init; }

    public required InsertionPoint InsertionPoint { get; init; }

    public required int MostHeld { get; init; }

    /// <summary>Feeds the page in pieces of the given lengths, over and over; none means in one piece.</summary>
    public static Injection Run(ReadOnlySpan<byte> page, bool navigated = false, bool encodingKnown = true, params ReadOnlySpan<int> pieces)
    {
        TagPlacer placer = new(Tag.Length, navigated, encodingKnown);
        InsertionPoint placement = default;
        int mostHeld = 0, taken = 0;
        for (int i = 0; taken < page.Length && placement.Kind is InsertionPointKind.Undecided; i++)
        {
            int length = Math.Min(pieces.IsEmpty ? page.Length : pieces[i % pieces.Length], page.Length - taken);
            InsertionPoint next = placer.Feed(page.Slice(taken, length));
            taken += length;
            if (next.Kind is not InsertionPointKind.Refuse)
                Assert.InRange(next.Offset, placement.Offset, taken);
            placement = next;
            if (placement.Kind is InsertionPointKind.Undecided)
                mostHeld = Math.Max(mostHeld, taken - (int)placement.Offset);
        }

        if (placement.Kind is InsertionPointKind.Undecided)
            placement = placer.End();

        return new Injection { Output = With(page, placement), InsertionPoint = placement, MostHeld = mostHeld };
    }

    private static byte[] With(ReadOnlySpan<byte> page, InsertionPoint placement) => placement.Kind is InsertionPointKind.Insert
        ? [.. page[..(int)placement.Offset], .. Tag, .. page[(int)placement.Offset..]]
        : page.ToArray();
}
