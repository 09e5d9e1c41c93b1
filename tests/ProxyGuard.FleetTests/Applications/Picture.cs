namespace ProxyGuard.FleetTests.Applications;

internal static class Picture
{
    /// <summary>One point of a picture, which both applications take for a photo.</summary>
    public static byte[] Png { get; } = Convert.FromHexString(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082");
}
