namespace NodeTelemetry.Agent.Tests.Devices;

/// <summary>Events as this machine's kernel writes them.</summary>
internal static class InputEvents
{
    /// <summary>Makes one at time 0.</summary>
    public static byte[] Make(ushort type, ushort code, int value) =>
    [
        .. new byte[2 * nint.Size], .. BitConverter.GetBytes(type), .. BitConverter.GetBytes(code),
        .. BitConverter.GetBytes(value),
    ];
}
