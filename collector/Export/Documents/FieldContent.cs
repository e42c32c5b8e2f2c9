namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>The content of a field of a document.</summary>
internal enum FieldContent
{
    /// <summary>The time of the reading, the event or the state.</summary>
    Timestamp,

    /// <summary>When the collector received the reading.</summary>
    Ingested,

    /// <summary>The sample's number within the run.</summary>
    Sequence,

    /// <summary>The kind of the document.</summary>
    Metricset,

    /// <summary>The host name.</summary>
    HostName,

    /// <summary>The node's identity.</summary>
    HostId,

    /// <summary>The address from which the node sends.</summary>
    HostAddress,

    /// <summary>The node's architecture.</summary>
    HostArchitecture,

    /// <summary>The node's operating system.</summary>
    OperatingSystem,

    /// <summary>The node's kernel.</summary>
    Kernel,

    /// <summary>The node's board.</summary>
    Board,

    /// <summary>The version of the node's agent.</summary>
    AgentVersion,

    /// <summary>The node's labels.</summary>
    Labels,

    /// <summary>The identity of the kernel's boot.</summary>
    Boot,

    /// <summary>The identity of the agent's run.</summary>
    Run,

    /// <summary>The sampling interval in milliseconds.</summary>
    Interval,

    /// <summary>The index of a part of a sample.</summary>
    PartIndex,

    /// <summary>The number of parts of the sample.</summary>
    PartCount,

    /// <summary>The time by the sender's clock, if that is too wrong to be the reading's time.</summary>
    SenderTime,

    /// <summary>The reason of a goodbye.</summary>
    ByeReason,

    /// <summary>The seconds after which the agent is expected back.</summary>
    ByeBack,

    /// <summary>A list, with one number per entry.</summary>
    List,

    /// <summary>A scalar reading of the catalogue.</summary>
    Reading,

    /// <summary>The name of an entry of a section.</summary>
    EntryName,

    /// <summary>A field of an entry of a section.</summary>
    EntryField,

    /// <summary>The collector that observed the event or the state.</summary>
    Observer,

    /// <summary>The health of a node.</summary>
    Health,

    /// <summary>When the health last changed.</summary>
    HealthSince,

    /// <summary>When the collector first received from the node.</summary>
    FirstSeen,

    /// <summary>When the collector last received from the node.</summary>
    LastSeen,

    /// <summary>The number of missed samples.</summary>
    Missed,

    /// <summary>The kind of the event.</summary>
    EventAction,

    /// <summary>The event in a sentence.</summary>
    EventText,

    /// <summary>The reason of a goodbye, or the cause of an outage.</summary>
    EventReason,

    /// <summary>The previous health.</summary>
    EventBefore,

    /// <summary>The duration of the silence in seconds.</summary>
    EventSilence,

    /// <summary>Whether the event was announced.</summary>
    EventPlanned,

    /// <summary>Symptoms that may explain the loss.</summary>
    EventSymptoms,

    /// <summary>What changed.</summary>
    EventChanges,

    /// <summary>The other node of an identity conflict.</summary>
    EventOtherNode,

    /// <summary>The number of nodes concerned.</summary>
    EventNodeCount,
}
