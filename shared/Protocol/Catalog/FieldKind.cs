namespace NodeTelemetry.Protocol.Catalog;

/// <summary>What kind of value a reading is.</summary>
public enum FieldKind
{
    /// <summary>A number that goes up and down.</summary>
    Gauge,

    /// <summary>A number that only grows, from the kernel's or the agent's start: raw, never a rate.</summary>
    Counter,

    /// <summary>Yes or no: <c>true</c> or <c>false</c> in JSON, 1 or 0 everywhere else.</summary>
    Flag,

    /// <summary>A short text, such as a file system's type.</summary>
    Text,
}
