using System.Text.Json;
using System.Text.Json.Serialization;
using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Ground.Storage;

/// <summary>
/// How state files are written: compiled in, so that nothing is looked up at run time. What is read must be exactly what we write: a field
/// that is missing, twice, null or unknown, or a
/// number in the place of a name, is damage or a later version.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    Converters = [typeof(Named<HoldMode>), typeof(Named<Cause>)])]
[JsonSerializable(typeof(HoldForm))]
[JsonSerializable(typeof(AuditLine))]
[JsonSerializable(typeof(ReplicationStateForm))]
internal sealed partial class StateJson : JsonSerializerContext
{
    /// <summary>Whether a file's content is to blame, or the file itself, and not a bug of ours.</summary>
    public static bool IsUnreadable(Exception e) => e is JsonException or IOException or InvalidDataException or UnauthorizedAccessException
        or ArgumentException or OverflowException or FormatException or InvalidOperationException;

    private sealed class Named<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
        where T : struct, Enum;
}
