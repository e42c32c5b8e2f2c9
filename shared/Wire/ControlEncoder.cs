namespace NodeTelemetry.Protocol.Wire;

/// <summary>Writes control datagrams.</summary>
public static class ControlEncoder
{
    /// <summary>Gets the probe: the request for the newest sample.</summary>
    public static ReadOnlyMemory<byte> Sample { get; } = """{"v":1,"ask":"sample"}"""u8.ToArray();
}
