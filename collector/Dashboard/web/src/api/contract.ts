// The part of the collector's HTTP API that this page uses. Fields that a node lacks are absent, never null or 0.

export type NodeHealth = "up" | "late" | "lost" | "left" | "rebooting";

export interface NodeBye {
  reason: string;
  /** Seconds after the goodbye at which the node expects to be back. */
  back?: number;
}

/** A duplicate or changed identity. */
export interface NodeConflict {
  kind: "duplicate-node" | "duplicate-hostname" | "identity-changed";
  since: number;
  otherNode?: string;
  otherAddress?: string;
  /** What happened and what to do: the text of its event. */
  text?: string;
}

export interface NodeAbout {
  board?: string;
  arch?: string;
  os?: string;
  kernel?: string;
  agent?: string;
  cores?: number;
  addresses?: string[];
  hat?: string;
  revision?: string;
  serialHash?: string;
  runtime?: string;
  role?: string;
}

/** One disk, interface or sensor: its fields by their API names. */
export type SectionEntry = Record<string, number | string>;

export interface NodeReadings {
  time?: number;
  uptimeSeconds?: number;
  cpuRatio?: number;
  coreRatios?: number[];
  cpuHertz?: number;
  temperatureCelsius?: number;
  load?: number[];
  memoryTotalBytes?: number;
  memoryAvailableBytes?: number;
  memoryUsedRatio?: number;
  swapTotalBytes?: number;
  swapFreeBytes?: number;
  /** All other readings, and the sections with entries, by name. */
  [name: string]: number | number[] | Record<string, SectionEntry> | undefined;
}

export interface NodeStatus {
  id: string;
  hostname: string;
  health: NodeHealth;
  healthSince: number;
  firstSeen?: number;
  lastSeen: number;
  /** Milliseconds since the last datagram at the time of writing, by the collector's monotonic clock. */
  silence: number;
  interval?: number;
  address?: string;
  version?: number;
  received?: number;
  lost?: number;
  /** Samples that arrived after a repair request. */
  repaired?: number;
  /** Missed samples that could not be repaired. */
  unrecoverable?: number;
  duplicates?: number;
  bye?: NodeBye;
  /** Replies to probes, but its multicast does not arrive. */
  multicastLost?: boolean;
  /** Part of an outage. */
  isolated?: boolean;
  conflict?: NodeConflict;
  labels?: Record<string, string>;
  about?: NodeAbout;
  readings?: NodeReadings;
}

/** A changed node in an `update` event; absent fields are unchanged. */
export type NodeChange = Partial<NodeStatus> & { id: string };

export interface NodesEvent {
  time: number;
  nodes: NodeStatus[];
}

export interface UpdateEvent {
  time: number;
  nodes: NodeChange[];
}

export interface RemovedEvent {
  ids: string[];
}

export type EventKind =
  | "joined"
  | "late"
  | "lost"
  | "recovered"
  | "rebooted"
  | "restarted"
  | "rebooting"
  | "left"
  | "forgotten"
  | "evicted"
  | "duplicate-node"
  | "duplicate-hostname"
  | "identity-changed"
  | "network-lost"
  | "network-restored"
  | "multicast-lost"
  | "multicast-restored"
  | "configuration"
  | "silenced"
  | "silence-ended"
  | "collector-started"
  | "collector-stopped";

export interface ClusterEvent {
  id: number;
  time: number;
  kind: EventKind;
  node?: string;
  hostname?: string;
  text: string;
  /** Of an event that stands for several: their number, when the first was raised, and the event that it replaces. */
  details?: { count?: number; since?: number; replaces?: number };
}

export interface EventsEvent {
  events: ClusterEvent[];
}

/** A page of events, newest first. */
export interface EventsAnswer extends EventsEvent {
  next?: number;
}

export type AlertSeverity = "info" | "warning" | "critical";

export interface ClusterAlert {
  rule: string;
  severity: AlertSeverity;
  state: "pending" | "firing" | "resolved";
  node?: string;
  hostname?: string;
  since: number;
  summary: string;
  /** The silence or maintenance window that suppresses it. */
  silencedBy?: string;
}

/** A channel for notifications. */
export interface AlertChannel {
  name: string;
  type: string;
  /** Why delivery fails. */
  problem?: string;
}

export interface AlertsAnswer {
  /** Changes whenever an alert appears, disappears or changes its state. */
  revision: number;
  alerts: ClusterAlert[];
}

export type OpenSearchState = "off" | "ok" | "retrying" | "held";

export interface CollectorStatus {
  time: number;
  version?: string;
  hostname?: string;
  uptimeSeconds?: number;
  nodes?: { up: number; late: number; lost: number; left: number; rebooting: number };
  datagrams?: { received: number; accepted: number; rejected: number; dropped: number; perSecond: number };
  residentBytes?: number;
  /** Where an agent sends to, and whether it must sign; until a node has reported. */
  joining?: { addresses: string[]; port: number; signed: boolean };
  alerts?: { revision: number; firing: number; silenced: number; channels: AlertChannel[] };
  /** Many nodes are silent together, or the collector's own interface is down. */
  outage?: { cause: string; since: number; text: string };
  database?: { path?: string; bytes?: number; degraded?: boolean; problem?: string; writtenBytesPerDay?: number };
  openSearch?: {
    enabled: boolean;
    state: OpenSearchState;
    backlogDocuments?: number;
    backlogBytes?: number;
    exportedDocuments?: number;
    /** Only while a backlog drains; without secondsLeft unless it shrinks. */
    drain?: { perSecond: number; secondsLeft?: number };
    problem?: string;
  };
}

export interface HistoryBand {
  unit: string;
  min: (number | null)[];
  avg: (number | null)[];
  max: (number | null)[];
}

/** History of one node. */
export interface NodeHistory {
  from: number;
  to: number;
  step: number;
  times: number[];
  readings: Record<string, HistoryBand>;
}

/** History of entries by section, entry and field; of a counter, the rate. */
export interface SectionsHistory {
  from: number;
  to: number;
  step: number;
  times: number[];
  sections: Record<string, Record<string, Record<string, HistoryBand>>>;
}

/** One reading of all nodes. */
export interface ReadingHistory {
  step: number;
  times: number[];
  nodes: Record<string, (number | null)[]>;
}
