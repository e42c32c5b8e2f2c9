namespace System.Numerics;

/// <summary>Operations on bits.</summary>
internal static class BitOperations
{
    public static uint RotateRight(uint value, int offset) => (value >> offset) | (value << (32 - offset));
}
