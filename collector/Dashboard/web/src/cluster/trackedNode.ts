import type { NodeChange, NodeStatus } from "../api/contract.ts";

/** A node's status and when this page got its `silence`, by the page's own monotonic clock. Never changed in place. */
export interface TrackedNode {
  readonly status: NodeStatus;
  readonly silenceTakenAt: number;
}

/** Milliseconds since the node's last datagram. Wall clocks of collector and browser may differ; this uses neither. */
export function silenceAt(node: TrackedNode, now: number): number {
  return node.status.silence + Math.max(0, now - node.silenceTakenAt);
}

/** Applies the fields that an `update` event carries; absent ones stay as they were. */
export function mergeChange(before: NodeStatus, change: NodeChange): NodeStatus {
  const after: NodeStatus = { ...before, ...change };
  // A goodbye holds only as long as the node is away, and nothing else tells that it ended.
  if (change.health === undefined) return after;
  if (change.health !== "left" && change.health !== "rebooting" && change.bye === undefined) delete after.bye;
  // These are told with every change of the node for as long as they are.
  if (change.multicastLost === undefined) delete after.multicastLost;
  if (change.isolated === undefined) delete after.isolated;
  if (change.conflict === undefined) delete after.conflict;
  return after;
}

/** Whether a change about an unknown node says enough to show it. */
export function isWholeStatus(change: NodeChange): change is NodeStatus {
  return change.hostname !== undefined && change.health !== undefined && change.lastSeen !== undefined;
}

/** A name that can be seen and clicked, whatever the node calls itself. */
export function displayName(status: Pick<NodeStatus, "id" | "hostname">): string {
  return status.hostname.trim() === "" ? status.id : status.hostname;
}

export function coreCount(status: NodeStatus): number | undefined {
  return status.about?.cores ?? status.readings?.coreRatios?.length;
}

/** What the node last said still describes it: it sends, if perhaps late. */
export function isHeard(status: NodeStatus): boolean {
  return status.health === "up" || status.health === "late";
}
