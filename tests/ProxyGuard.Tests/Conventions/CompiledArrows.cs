using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace ProxyGuard.Tests.Conventions;

/// <summary>That a type of one namespace uses one of another.</summary>
internal sealed record Arrow(string FromNamespace, string From, string ToNamespace, string To)
{
    public override string ToString() => $"{FromNamespace} -> {ToNamespace}: {From} uses {To}";
}

/// <summary>
/// Which type uses which, as the compiler left it: in bases, fields, signatures, locals and method bodies, so also what a <c>var</c> hides.
/// Constants are not seen: they are copied.
/// </summary>
internal static class CompiledArrows
{
    private static readonly Dictionary<int, OpCode> OneByte = [];
    private static readonly Dictionary<int, OpCode> TwoBytes = [];

    static CompiledArrows()
    {
        foreach (OpCode code in typeof(OpCodes).GetFields().Select(field => field.GetValue(null)).OfType<OpCode>())
            (code.Size == 1 ? OneByte : TwoBytes)[code.Value & 0xFF] = code;
    }

    /// <summary>Of all types of the assembly, those that a generator made left out; once for each pair.</summary>
    public static IReadOnlyList<Arrow> Of(System.Reflection.Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        var arrows = new HashSet<Arrow>();
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            TypeDefinitionHandle outermost = Outermost(metadata, handle);
            var uses = new Uses(metadata);
            Read(file, metadata, metadata.GetTypeDefinition(handle), uses);
            foreach (TypeDefinitionHandle used in uses.Types.Select(type => Outermost(metadata, type)).Distinct())
            {
                var arrow = new Arrow(
                    NamespaceOf(metadata, outermost), NameOf(metadata, outermost), NamespaceOf(metadata, used), NameOf(metadata, used));
                if (arrow.FromNamespace != arrow.ToNamespace && IsOurs(arrow.FromNamespace) && IsOurs(arrow.ToNamespace))
                    arrows.Add(arrow);
            }
        }

        return [.. arrows.OrderBy(arrow => arrow.ToString(), StringComparer.Ordinal)];
    }

    private static bool IsOurs(string @namespace) => @namespace.StartsWith("ProxyGuard", StringComparison.Ordinal);

    private static void Read(PEReader file, MetadataReader metadata, TypeDefinition type, Uses uses)
    {
        uses.Add(type.BaseType);
        foreach (InterfaceImplementationHandle handle in type.GetInterfaceImplementations())
            uses.Add(metadata.GetInterfaceImplementation(handle).Interface);
        foreach (FieldDefinitionHandle handle in type.GetFields())
            metadata.GetFieldDefinition(handle).DecodeSignature(uses, null);
        foreach (MethodDefinitionHandle handle in type.GetMethods())
        {
            MethodDefinition method = metadata.GetMethodDefinition(handle);
            method.DecodeSignature(uses, null);
            if (method.RelativeVirtualAddress != 0)
                Read(metadata, file.GetMethodBody(method.RelativeVirtualAddress), uses);
        }
    }

    private static void Read(MetadataReader metadata, MethodBodyBlock body, Uses uses)
    {
        if (!body.LocalSignature.IsNil)
            metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(uses, null);
        foreach (ExceptionRegion region in body.ExceptionRegions)
            uses.Add(region.CatchType);
        BlobReader code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            int first = code.ReadByte();
            OpCode operation = first == 0xFE ? TwoBytes[code.ReadByte()] : OneByte[first];
            switch (operation.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    uses.Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    int targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                default:
                    code.Offset += SizeOf(operation.OperandType);
                    break;
            }
        }
    }

    private static int SizeOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineBrTarget or OperandType.InlineI or OperandType.InlineSig or OperandType.InlineString
            or OperandType.ShortInlineR => 4,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => throw new System.Diagnostics.UnreachableException($"operand {operand}"),
    };

    private static TypeDefinitionHandle Outermost(MetadataReader metadata, TypeDefinitionHandle type)
    {
        while (metadata.GetTypeDefinition(type).GetDeclaringType() is { IsNil: false } outer)
            type = outer;
        return type;
    }

    private static string NamespaceOf(MetadataReader metadata, TypeDefinitionHandle type) =>
        metadata.GetString(metadata.GetTypeDefinition(type).Namespace);

    private static string NameOf(MetadataReader metadata, TypeDefinitionHandle type) =>
        metadata.GetString(metadata.GetTypeDefinition(type).Name);

    /// <summary>Collects the types of this assembly that it is asked to decode.</summary>
    private sealed class Uses(MetadataReader metadata) : ISignatureTypeProvider<bool, object?>
    {
        public HashSet<TypeDefinitionHandle> Types { get; } = [];

        public void Add(EntityHandle handle)
        {
            if (handle.IsNil)
                return;
            switch (handle.Kind)
            {
                case HandleKind.TypeDefinition:
                    Types.Add((TypeDefinitionHandle)handle);
                    break;
                case HandleKind.TypeSpecification:
                    metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                    break;
                case HandleKind.MethodDefinition:
                    MethodDefinition method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                    Types.Add(method.GetDeclaringType());
                    method.DecodeSignature(this, null);
                    break;
                case HandleKind.FieldDefinition:
                    FieldDefinition field = metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                    Types.Add(field.GetDeclaringType());
                    field.DecodeSignature(this, null);
                    break;
                case HandleKind.MemberReference:
                    MemberReference member = metadata.GetMemberReference((MemberReferenceHandle)handle);
                    Add(member.Parent);
                    if (member.GetKind() == MemberReferenceKind.Method)
                        member.DecodeMethodSignature(this, null);
                    else
                        member.DecodeFieldSignature(this, null);
                    break;
                case HandleKind.MethodSpecification:
                    MethodSpecification generic = metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                    Add(generic.Method);
                    generic.DecodeSignature(this, null);
                    break;
                default:
                    break;
            }
        }

        public bool GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Types.Add(handle);

        public bool GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        // Of another assembly, or of none.
        public bool GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => false;

        public bool GetPrimitiveType(PrimitiveTypeCode typeCode) => false;

        public bool GetGenericMethodParameter(object? genericContext, int index) => false;

        public bool GetGenericTypeParameter(object? genericContext, int index) => false;

        // What they are made of has been decoded before.
        public bool GetArrayType(bool elementType, ArrayShape shape) => elementType;

        public bool GetSZArrayType(bool elementType) => elementType;

        public bool GetByReferenceType(bool elementType) => elementType;

        public bool GetPointerType(bool elementType) => elementType;

        public bool GetPinnedType(bool elementType) => elementType;

        public bool GetFunctionPointerType(MethodSignature<bool> signature) => signature.ReturnType;

        public bool GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => genericType;

        public bool GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired) => unmodifiedType;
    }
}
