using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ProxyGuard.Core.Routing;

/// <summary>
/// Makes write marks, and tells its own from others'. A mark is a time of day and nothing else, sealed with HMAC-SHA-256 (RFC 2104) under a
/// key of its day, so that keys change by themselves and every ProxyGuard with the same secret knows the same ones.
/// </summary>
/// <remarks>Six bytes of milliseconds since 1970 and sixteen of the seal, as base64url (RFC 4648, section 5) without padding.</remarks>
public sealed class MarkSeal
{
    /// <summary>Characters of a mark, always.</summary>
    public const int TextLength = 30;

    /// <summary>The least length of a secret, in bytes: as much as the hash has.</summary>
    public const int SecretBytes = 32;

    /// <summary>A mark older than this is none: no member waits longer for a replica to show one post.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    // Clocks of several machines, and one that was set back a little, may differ by this much; more is a forgery or a fault.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    private const int TimeBytes = 6;
    private const int SealBytes = 16;
    private const int TimeCharacters = TimeBytes * 4 / 3;
    private const long MillisecondsOfADay = 86_400_000;

    private readonly byte[] _secret;
    private readonly DayKey?[] _keys = new DayKey?[3];

    /// <exception cref="ArgumentException">The secret is shorter than <see cref="SecretBytes"/>.</exception>
    public MarkSeal(ReadOnlySpan<byte> secret)
    {
        if (secret.Length < SecretBytes)
            throw new ArgumentException($"has {secret.Length} bytes but must have at least {SecretBytes}", nameof(secret));
        _secret = secret.ToArray();
    }

    /// <summary>
    /// The mark of a write that was answered at <paramref name="at"/>; never earlier than that, for it counts whole milliseconds.
    /// </summary>
    public string Write(DateTimeOffset at)
    {
        long milliseconds = at.ToUnixTimeMilliseconds() + 1;
        Span<byte> mark = stackalloc byte[TimeBytes + SealBytes];
        WriteTime(milliseconds, mark);
        Seal(milliseconds, mark[..TimeBytes], mark[TimeBytes..]);
        return Base64Url.EncodeToString(mark);
    }

    /// <summary>
    /// The time that a text claims, when it could be a mark at all: not too long, too old or from the future. Costs next to nothing and
    /// proves nothing.
    /// </summary>
    public static DateTimeOffset? ClaimOf(ReadOnlySpan<char> text, DateTimeOffset now)
    {
        Span<byte> time = stackalloc byte[sizeof(long)];
        time.Clear();
        if (text.Length != TextLength || !IsDecoded(text[..TimeCharacters], time[2..]))
            return null;
        long milliseconds = BinaryPrimitives.ReadInt64BigEndian(time);
        long today = now.ToUnixTimeMilliseconds();
        bool isPossible = milliseconds <= today + Ahead.TotalMilliseconds && milliseconds >= today - Lifetime.TotalMilliseconds;
        return isPossible ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }

    /// <summary>Whether it was sealed with this secret.</summary>
    /// <param name="claim">What <see cref="ClaimOf"/> says of the same text.</param>
    public bool IsGenuine(ReadOnlySpan<char> text, DateTimeOffset claim)
    {
        Span<byte> mark = stackalloc byte[TimeBytes + SealBytes];
        if (!IsDecoded(text, mark))
            return false;
        Span<byte> seal = stackalloc byte[SealBytes];
        Seal(claim.ToUnixTimeMilliseconds(), mark[..TimeBytes], seal);
        return CryptographicOperations.FixedTimeEquals(seal, mark[TimeBytes..]);
    }

    // The one of the decoders that throws for no text at all.
    private static bool IsDecoded(ReadOnlySpan<char> text, Span<byte> bytes) =>
        Base64Url.DecodeFromChars(text, bytes, out _, out int written) == OperationStatus.Done && written == bytes.Length;

    private static void WriteTime(long milliseconds, Span<byte> mark)
    {
        Span<byte> time = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(time, milliseconds);
        time[2..].CopyTo(mark);
    }

    private void Seal(long milliseconds, ReadOnlySpan<byte> time, Span<byte> seal)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        IncrementalHash hmac = KeyOf(milliseconds / MillisecondsOfADay).Hmac;
        hmac.AppendData(time);
        hmac.GetHashAndReset(hash);
        hash[..SealBytes].CopyTo(seal);
    }

    // A claim is of today or yesterday, or of the first minute of tomorrow: no two of these take each other's place.
    private DayKey KeyOf(long day)
    {
        ref DayKey? kept = ref _keys[day % _keys.Length];
        DayKey? key = Volatile.Read(ref kept);
        if (key?.Day == day)
            return key;
        Span<byte> text = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(text, day);
        key = new DayKey(day, HMACSHA256.HashData(_secret, text));
        Volatile.Write(ref kept, key);
        return key;
    }

    /// <summary>
    /// One that is set up once costs a third of one that is set up for each mark, and only one thread at a time may use it.
    /// </summary>
    [SuppressMessage(
        "Design", "CA1001",
        Justification = "Another thread may still be at it when its day is over; the handles are released with the threads.")]
    private sealed class DayKey(long day, byte[] key)
    {
        private readonly ThreadLocal<IncrementalHash> _hmac = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));

        public long Day => day;

        public IncrementalHash Hmac => _hmac.Value!;
    }
}
