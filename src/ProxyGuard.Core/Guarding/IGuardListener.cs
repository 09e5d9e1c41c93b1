namespace ProxyGuard.Core.Guarding;

/// <summary>
/// Is told what changed, after it was posted: requests already go by it. Must not block; what it cannot do now it does later.
/// </summary>
public interface IGuardListener
{
    void Posted(GuardView before, GuardView after);
}
