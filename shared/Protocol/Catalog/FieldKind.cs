namespace NodeTelemetry.Protocol.Catalog;

/// <summary>The kind of a field's value.</summary>
public enum FieldKind
{
    /// <summary>A number that goes up and down.</summary>
    Gauge,

    /// <summary>A number that only grows from the start of the kernel or the agent: raw, never a rate.</summary>
    Counter,

    /// <summary>Yes or no: <c>true</c> or <c>false</c> in JSON, 1 or 0 everywhere else.</summary>
    Flag,

    /// <summary>A short text, such as a file system type.</summary>
    Text,
}
