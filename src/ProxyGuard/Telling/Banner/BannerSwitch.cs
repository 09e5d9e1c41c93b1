using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Seeing.Upstreams;

namespace ProxyGuard.Telling.Banner;

/// <summary>The banner is on while there is something to say.</summary>
internal sealed class BannerSwitch(GuardBoard board, WebServersBoard web) : IBannerSwitch
{
    public bool IsOn => board.View.HasNews || web.Seen.IsNews;
}
