using System.Runtime.InteropServices;

namespace Relay.Crypto;

/// <summary>
/// The few libsodium functions that NSec does not expose, bound to the very library that NSec ships.
/// </summary>
internal static partial class Sodium
{
    private const string Library = "libsodium";

    static Sodium()
    {
        // 0: initialised now; 1: somebody (NSec) did it before. Safe to call from several threads.
        if (Init() < 0) throw new InvalidOperationException("libsodium could not be initialised");
    }

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    private static partial int Init();

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_base")]
    internal static partial int ScalarMultBase(Span<byte> publicKey, ReadOnlySpan<byte> privateKey);

    [LibraryImport(Library, EntryPoint = "crypto_box_beforenm")]
    internal static partial int BoxBeforeNm(Span<byte> shared, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> privateKey);

    [LibraryImport(Library, EntryPoint = "crypto_box_easy_afternm")]
    internal static partial int BoxEasyAfterNm(
        Span<byte> sealedMessage, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> shared);

    [LibraryImport(Library, EntryPoint = "crypto_box_open_easy_afternm")]
    internal static partial int BoxOpenEasyAfterNm(
        Span<byte> message, ReadOnlySpan<byte> sealedMessage, ulong sealedLength, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> shared);
}
