namespace NodeTelemetry.Agent.Bus;

/// <summary>The header fields of a message.</summary>
internal ref struct BusFields
{
    /// <summary>Gets or sets the reply serial; 0 if the message is not a reply.</summary>
    public uint ReplySerial { get; set; }

    /// <summary>Gets or sets the signature of the body.</summary>
    public ReadOnlySpan<byte> Signature { get; set; }

    /// <summary>Gets or sets the error name, if the message is an error.</summary>
    public ReadOnlySpan<byte> Error { get; set; }
}
