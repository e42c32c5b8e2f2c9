namespace NodeTelemetry.Protocol.Catalog;

/// <summary>How a section is written in a datagram.</summary>
public enum SectionLayout
{
    /// <summary>An object of fields; for a section with entries, an object of such objects by entry name.</summary>
    Members,

    /// <summary>Each field is a key of the datagram itself.</summary>
    Keys,

    /// <summary>A list with one number for each field, none missing.</summary>
    List,

    /// <summary>A list with one number for each entry; an entry's name is its position.</summary>
    EntryList,
}
