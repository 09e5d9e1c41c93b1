namespace ProxyGuard.Telling.Banner;

/// <summary>Whether there is something to say. Read at least once per request, so it must neither lock nor wait.</summary>
internal interface IBannerSwitch
{
    bool IsOn { get; }
}
