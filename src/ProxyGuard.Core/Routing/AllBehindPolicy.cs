namespace ProxyGuard.Core.Routing;

/// <summary>Where reads go while no replica is fresh.</summary>
public enum AllBehindPolicy
{
    /// <summary>To the freshest replicas, with a label that says how old their pages are.</summary>
    ServeStale,

    /// <summary>To the primary's web servers, as long as those have room.</summary>
    ReadFromPrimary,
}
