using System.Text.Json.Serialization;
using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Storage;

/// <summary>How state files are written: compiled in, so that nothing is looked up at run time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Hold))]
[JsonSerializable(typeof(AuditLine))]
[JsonSerializable(typeof(ReplicationMemoryFile))]
internal sealed partial class StateJson : JsonSerializerContext;
