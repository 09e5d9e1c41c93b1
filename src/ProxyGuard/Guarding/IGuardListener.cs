using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Guarding;

/// <summary>Is told what changed, after it was posted: requests already go by it. Must not block; what it cannot do now it does later.</summary>
internal interface IGuardListener
{
    void Posted(GuardView before, GuardView after);
}
