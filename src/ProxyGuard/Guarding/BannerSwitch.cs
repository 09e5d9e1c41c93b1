using ProxyGuard.Banner;

namespace ProxyGuard.Guarding;

/// <summary>The banner is on while there is something to say.</summary>
internal sealed class BannerSwitch(GuardBoard board) : IBannerSwitch
{
    public bool IsOn => board.View.HasNews;
}
