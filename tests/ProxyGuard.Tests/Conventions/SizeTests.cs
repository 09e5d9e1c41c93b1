using System.Reflection;
using System.Runtime.CompilerServices;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Tests.Conventions;

/// <summary>What grows too large is two things.</summary>
public sealed class SizeTests
{
    private const int MostParameters = 5;

    [Fact]
    public void No_type_is_made_from_more_than_five_things()
    {
        Assembly[] program = [typeof(ProxyGuardApp).Assembly, typeof(GuardView).Assembly, typeof(ReplicationFleet).Assembly];

        string[] large =
        [
            .. from type in program.SelectMany(assembly => assembly.GetTypes())
               where !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
               from constructor in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
               where constructor.GetParameters().Length > MostParameters
               select $"{type.FullName}: {constructor.GetParameters().Length}",
        ];

        Assert.Empty(large);
    }
}
