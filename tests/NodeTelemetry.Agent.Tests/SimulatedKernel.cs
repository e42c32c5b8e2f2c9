using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Tests;

/// <summary>A kernel and a firmware whose answers stand in files of a fixture host, and that are as strict as the real
/// ones with what they are asked.</summary>
/// <remarks><c>kernel/adjtimex</c> holds status, offset and maxerror; <c>dev/vcio</c> and <c>dev/vcio_gencmd</c> the
/// bits of get_throttled in hexadecimal; <c>kernel/pmic_read_adc</c> the answer to that command.</remarks>
internal sealed class SimulatedKernel(string root) : IKernelCalls
{
    private const int NotPermitted = -1;
    private const int NoEntry = -2;
    private const int InvalidArgument = -22;
    private const uint CommandTag = 0x00030080;

    public int AdjustTime(Span<byte> timex)
    {
        var path = Path.Combine(root, "kernel/adjtimex");
        if (timex.Length < 208 || MemoryMarshal.Read<int>(timex) != 0 || !File.Exists(path))
        {
            return NotPermitted;
        }

        var words = File.ReadAllText(path).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var status = Convert.ToInt32(words[0], 16);
        Write(timex, 1, long.Parse(words[1], CultureInfo.InvariantCulture));
        Write(timex, 3, long.Parse(words[2], CultureInfo.InvariantCulture));
        MemoryMarshal.Write(timex[(5 * nint.Size)..], status);
        return (status & 0x40) != 0 ? 5 : 0;
    }

    public int CallFirmware(string device, Span<uint> message)
    {
        if (!File.Exists(device))
        {
            return NoEntry;
        }

        var bits = File.ReadAllText(device).Trim();
        if (message[0] != message.Length * sizeof(uint) || message[1] != 0 || message[4] != 0 || message[^1] != 0)
        {
            return InvalidArgument;
        }

        // The one device serves one command only, the other every tag.
        var isCommandsOnly = device.EndsWith("gencmd", StringComparison.Ordinal);
        return isCommandsOnly || message[2] == CommandTag
            ? AnswerCommand(bits, message, isCommandsOnly)
            : AnswerProperty(bits, message);
    }

    private static void Write(Span<byte> timex, int word, long value)
    {
        if (nint.Size == sizeof(long))
        {
            BinaryPrimitives.WriteInt64LittleEndian(timex[(word * sizeof(long))..], value);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(timex[(word * sizeof(int))..], (int)value);
        }
    }

    private static int AnswerProperty(string bits, Span<uint> message)
    {
        // A request with bits set would make the firmware forget what happened.
        if (message.Length != 8 || message[2] != 0x00030046 || message[3] != 4 || message[5] != 0)
        {
            return InvalidArgument;
        }

        message[1] = 0x80000000;
        message[4] = 0x80000004;
        message[5] = uint.Parse(bits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return 0;
    }

    private int AnswerCommand(string bits, Span<uint> message, bool isThrottledOnly)
    {
        if (message.Length != 1031 || message[2] != CommandTag || message[3] != 4096)
        {
            return InvalidArgument;
        }

        var text = MemoryMarshal.AsBytes(message[6..^1]);
        var command = Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]);
        text.Clear();
        message[1] = 0x80000000;
        var rails = Path.Combine(root, "kernel/pmic_read_adc");
        var answer = command == "get_throttled" ? $"throttled=0x{bits}"
            : command == "pmic_read_adc" && !isThrottledOnly && File.Exists(rails) ? File.ReadAllText(rails)
            : null;
        message[5] = answer is null ? 1u : 0u;
        Encoding.ASCII.GetBytes(answer ?? "error=1 error_msg=\"Command not registered\"", text);
        return 0;
    }
}
