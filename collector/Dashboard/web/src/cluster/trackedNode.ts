import type { NodeChange, NodeStatus } from "../api/contract.ts";

/** A node's status and when this page received its `silence`, by the page's monotonic clock. Immutable. */
export interface TrackedNode {
  readonly status: NodeStatus;
  readonly silenceTakenAt: number;
}

/** Milliseconds since the node's last datagram. Uses no wall clock: collector and browser may differ. */
export function silenceAt(node: TrackedNode, now: number): number {
  return node.status.silence + Math.max(0, now - node.silenceTakenAt);
}

/** Applies the fields that an `update` event carries; absent ones stay as they were. */
export function mergeChange(before: NodeStatus, change: NodeChange): NodeStatus {
  const after: NodeStatus = { ...before, ...change };
  // A goodbye holds only while the node is away; no field marks its end.
  if (change.health === undefined) return after;
  if (change.health !== "left" && change.health !== "rebooting" && change.bye === undefined) delete after.bye;
  // These fields are part of every change for as long as they apply.
  if (change.multicastLost === undefined) delete after.multicastLost;
  if (change.isolated === undefined) delete after.isolated;
  if (change.conflict === undefined) delete after.conflict;
  return after;
}

/** Whether a change of an unknown node has enough fields to show it. */
export function isWholeStatus(change: NodeChange): change is NodeStatus {
  return change.hostname !== undefined && change.health !== undefined && change.lastSeen !== undefined;
}

/** The host name, or the id if that is blank: a link needs visible text. */
export function displayName(status: Pick<NodeStatus, "id" | "hostname">): string {
  return status.hostname.trim() === "" ? status.id : status.hostname;
}

export function coreCount(status: NodeStatus): number | undefined {
  return status.about?.cores ?? status.readings?.coreRatios?.length;
}

/** Whether the node still reports, so that its last readings describe it. */
export function isReporting(status: NodeStatus): boolean {
  return status.health === "up" || status.health === "late";
}
