using System.Globalization;
using System.Text;

namespace System;

/// <summary>Numbers, and their texts.</summary>
internal static class Numbers
{
    extension(double)
    {
        public static bool IsFinite(double value) => !double.IsNaN(value) && !double.IsInfinity(value);

        public static bool IsInteger(double value) => IsFinite(value) && Math.Truncate(value) == value;

        public static bool TryParse(
            ReadOnlySpan<char> text, NumberStyles styles, IFormatProvider? provider, out double value) =>
            double.TryParse(text.ToString(), styles, provider, out value);
    }

    extension(double value)
    {
        public bool TryFormat(
            Span<byte> target, out int written, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
        {
            var text = value.ToString(format.ToString(), provider);
            written = text.Length <= target.Length ? Encoding.ASCII.GetBytes(text.AsSpan(), target) : 0;
            return written > 0;
        }
    }

    extension(byte)
    {
        public static bool TryParse(
            ReadOnlySpan<char> text, NumberStyles styles, IFormatProvider? provider, out byte value) =>
            byte.TryParse(text.ToString(), styles, provider, out value);
    }

    extension(int)
    {
        public static bool TryParse(ReadOnlySpan<byte> text, IFormatProvider? provider, out int value) =>
            int.TryParse(text, NumberStyles.Integer, provider, out value);

        public static bool TryParse(ReadOnlySpan<char> text, out int value) =>
            int.TryParse(text.ToString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out value);

        public static bool TryParse(
            ReadOnlySpan<byte> text, NumberStyles styles, IFormatProvider? provider, out int value) =>
            int.TryParse(Encoding.ASCII.GetString(text), styles, provider, out value);

        public static bool TryParse(
            ReadOnlySpan<char> text, NumberStyles styles, IFormatProvider? provider, out int value) =>
            int.TryParse(text.ToString(), styles, provider, out value);
    }

    extension(uint)
    {
        public static bool TryParse(
            ReadOnlySpan<byte> text, NumberStyles styles, IFormatProvider? provider, out uint value) =>
            uint.TryParse(Encoding.ASCII.GetString(text), styles, provider, out value);
    }

    extension(long)
    {
        public static bool TryParse(
            ReadOnlySpan<char> text, NumberStyles styles, IFormatProvider? provider, out long value) =>
            long.TryParse(text.ToString(), styles, provider, out value);
    }

    extension(ulong)
    {
        public static bool TryParse(
            ReadOnlySpan<byte> text, NumberStyles styles, IFormatProvider? provider, out ulong value) =>
            ulong.TryParse(Encoding.ASCII.GetString(text), styles, provider, out value);
    }

    extension(nint)
    {
        public static int Size => IntPtr.Size;
    }

    extension(Math)
    {
        public static long Clamp(long value, long min, long max) => Math.Min(Math.Max(value, min), max);

        public static uint Clamp(uint value, uint min, uint max) => Math.Min(Math.Max(value, min), max);

        public static double Clamp(double value, double min, double max) => Math.Min(Math.Max(value, min), max);

        public static (int Quotient, int Remainder) DivRem(int left, int right) => (left / right, left % right);
    }

    extension(Convert)
    {
        public static string ToHexStringLower(ReadOnlySpan<byte> bytes)
        {
            const string Digits = "0123456789abcdef";
            var text = new char[bytes.Length * 2];
            for (var index = 0; index < bytes.Length; index++)
            {
                text[2 * index] = Digits[bytes[index] >> 4];
                text[(2 * index) + 1] = Digits[bytes[index] & 0xF];
            }

            return new string(text);
        }

        public static byte[] FromHexString(string text)
        {
            if (text.Length % 2 != 0)
            {
                throw new FormatException("An odd number of hexadecimal digits.");
            }

            var bytes = new byte[text.Length / 2];
            for (var index = 0; index < bytes.Length; index++)
            {
                bytes[index] = byte.Parse(
                    text.Substring(2 * index, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            }

            return bytes;
        }
    }
}
