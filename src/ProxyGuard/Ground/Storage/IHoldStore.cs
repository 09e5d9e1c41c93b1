using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Ground.Storage;

/// <summary>Where the one hold is kept that all ProxyGuards of a site obey. A single ProxyGuard keeps it in a file.</summary>
internal interface IHoldStore
{
    /// <summary>The hold in force when ProxyGuard last ran; null when there was none.</summary>
    Hold? Load();

    /// <summary>Returns when the hold will survive a crash. Null removes it.</summary>
    /// <exception cref="IOException">It could not be stored.</exception>
    void Save(Hold? hold);
}
