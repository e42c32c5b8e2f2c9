namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>What a field of a document holds.</summary>
internal enum FieldContent
{
    /// <summary>The reading's time, the event's, or when the state was so.</summary>
    Timestamp,

    /// <summary>When the collector received it.</summary>
    Ingested,

    /// <summary>The sample's number within the run.</summary>
    Sequence,

    /// <summary>What kind of document it is.</summary>
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

    /// <summary>The kernel's boot.</summary>
    Boot,

    /// <summary>The agent's run.</summary>
    Run,

    /// <summary>The promised interval in milliseconds.</summary>
    Interval,

    /// <summary>Which part of a sample.</summary>
    PartIndex,

    /// <summary>How many parts it has.</summary>
    PartCount,

    /// <summary>The sender's clock, where it was too wrong to be the reading's time.</summary>
    SenderTime,

    /// <summary>Why the agent stops.</summary>
    ByeReason,

    /// <summary>In how many seconds it will be back.</summary>
    ByeBack,

    /// <summary>A reading that is a list, one number for each entry.</summary>
    List,

    /// <summary>One reading of the catalog.</summary>
    Reading,

    /// <summary>The name of an entry of a section.</summary>
    EntryName,

    /// <summary>One field of an entry of a section.</summary>
    EntryField,

    /// <summary>Which collector says so.</summary>
    Observer,

    /// <summary>The health of a node.</summary>
    Health,

    /// <summary>Since when it has that health.</summary>
    HealthSince,

    /// <summary>When it was first heard.</summary>
    FirstSeen,

    /// <summary>When it was last heard.</summary>
    LastSeen,

    /// <summary>The samples that never came.</summary>
    Missed,

    /// <summary>What happened, by its name.</summary>
    EventAction,

    /// <summary>What happened, in a sentence.</summary>
    EventText,

    /// <summary>Why it happened: the reason of a goodbye, or the cause of a network's loss.</summary>
    EventReason,

    /// <summary>The health before.</summary>
    EventBefore,

    /// <summary>How long the node had been silent.</summary>
    EventSilence,

    /// <summary>Whether it was announced.</summary>
    EventPlanned,

    /// <summary>What may have killed the node.</summary>
    EventSymptoms,

    /// <summary>What changed.</summary>
    EventChanges,

    /// <summary>The other node of a duplicate.</summary>
    EventOtherNode,

    /// <summary>How many nodes are concerned.</summary>
    EventNodeCount,
}
