namespace NodeTelemetry.Agent.Bus;

/// <summary>What the header of a message says of it.</summary>
internal ref struct BusFields
{
    /// <summary>Gets or sets the serial of the call that it answers; 0 if it is no answer.</summary>
    public uint ReplySerial { get; set; }

    /// <summary>Gets or sets the types in its body.</summary>
    public ReadOnlySpan<byte> Signature { get; set; }

    /// <summary>Gets or sets the name of the error, if it is one.</summary>
    public ReadOnlySpan<byte> Error { get; set; }
}
