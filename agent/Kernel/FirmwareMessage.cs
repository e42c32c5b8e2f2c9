using System.Globalization;
using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Requests to the firmware of a Raspberry Pi, and its replies: little-endian words.</summary>
/// <remarks>Source: the mailbox property interface in the firmware's wiki; vcgencmd.c of raspberrypi/utils.
/// Shape: size in bytes, code, tag, size of the value buffer, size of the request or reply, value, 0.
/// Allocates: nothing.</remarks>
internal static class FirmwareMessage
{
    /// <summary>The length of <see cref="RequestThrottled"/> in words.</summary>
    public const int ThrottledWords = 8;

    /// <summary>The length of <see cref="RequestCommand"/> in words:
    /// the firmware requires a text of 1024 words.</summary>
    public const int CommandWords = 7 + (CommandTextBytes / sizeof(uint));

    private const uint ThrottledTag = 0x00030046;
    private const uint CommandTag = 0x00030080;
    private const uint Answered = 0x80000000;
    private const int CommandTextBytes = 4096;
    private const int ValueWord = 5;

    /// <summary>Requests the throttling flags. The value 0 clears none of the sticky flags.</summary>
    public static void RequestThrottled(Span<uint> message)
    {
        message = message[..ThrottledWords];
        message.Clear();
        message[0] = ThrottledWords * sizeof(uint);
        message[2] = ThrottledTag;
        message[3] = sizeof(uint);
    }

    /// <summary>Parses the reply to <see cref="RequestThrottled"/>.</summary>
    /// <returns><see langword="false"/> if the message is not a valid reply.</returns>
    public static bool TryReadThrottled(ReadOnlySpan<uint> message, out uint bits)
    {
        bits = message[ValueWord];
        return message[1] == Answered && message[4] == (Answered | sizeof(uint));
    }

    /// <summary>Requests a command of <c>vcgencmd</c>:
    /// on newer systems the only way open to the group <c>video</c>.</summary>
    public static void RequestCommand(Span<uint> message, ReadOnlySpan<byte> command)
    {
        message = message[..CommandWords];
        message.Clear();
        message[0] = CommandWords * sizeof(uint);
        message[2] = CommandTag;
        message[3] = CommandTextBytes;
        command.CopyTo(MemoryMarshal.AsBytes(message[(ValueWord + 1)..]));
    }

    /// <summary>Gets the text of the reply to <see cref="RequestCommand"/>.</summary>
    /// <returns><see langword="false"/> if the firmware does not know the command.</returns>
    public static bool TryReadCommand(ReadOnlySpan<uint> message, out ReadOnlySpan<byte> text)
    {
        text = MemoryMarshal.AsBytes(message.Slice(ValueWord + 1, CommandTextBytes / sizeof(uint)));
        var end = text.IndexOf((byte)0);
        text = end < 0 ? text : text[..end];
        return message[1] == Answered && message[ValueWord] == 0;
    }

    /// <summary>Parses the flags from the reply to a command (<c>throttled=0x50000</c>) or
    /// from sysfs (<c>50000</c>).</summary>
    public static bool TryParseThrottled(ReadOnlySpan<byte> text, out uint bits)
    {
        text = text.Trim(" \n"u8);
        var prefix = "throttled=0x"u8;
        text = text.StartsWith(prefix) ? text[prefix.Length..] : text;
        return uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bits);
    }
}
