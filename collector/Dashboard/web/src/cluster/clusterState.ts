import type { CollectorStatus, NodeChange, NodeHealth, NodesEvent, UpdateEvent } from "../api/contract.ts";
import { displayName, isWholeStatus, mergeChange, type TrackedNode } from "./trackedNode.ts";

export interface HealthChange {
  hostname: string;
  before: NodeHealth;
  after: NodeHealth;
}

export interface ClusterChange {
  ids: string[];
  /** Those with new readings; a node also changes without any when it falls silent. */
  sampledIds: string[];
  /** Nodes were added, removed, renamed or relabelled: filter results and order may change. */
  whole: boolean;
  health: HealthChange[];
}

/**
 * The state of the cluster on this page. The live stream is the only writer. Every method takes the monotonic time,
 * so that tests need no clock.
 */
export class ClusterState {
  private readonly byId = new Map<string, TrackedNode>();
  private collectorTime = 0;
  private collectorTimeTakenAt = 0;
  private frozenAt: number | undefined;

  /** False until the first list of nodes has arrived. */
  loaded = false;
  status: CollectorStatus | undefined;

  get nodes(): ReadonlyMap<string, TrackedNode> {
    return this.byId;
  }

  get frozen(): boolean {
    return this.frozenAt !== undefined;
  }

  /** The time of the displayed data: now, or when the connection broke. */
  monotonicTime(now: number): number {
    return this.frozenAt ?? now;
  }

  /** The collector's wall clock at that time, extrapolated from the last event that had it. */
  wallTime(now: number): number {
    return this.collectorTime + (this.monotonicTime(now) - this.collectorTimeTakenAt);
  }

  replaceNodes(event: NodesEvent, now: number): ClusterChange {
    this.takeTime(event.time, now);
    this.loaded = true;
    // Only the full list makes up for what a broken stream missed.
    this.frozenAt = undefined;
    const health: HealthChange[] = [];
    const gone = new Set(this.byId.keys());
    for (const status of event.nodes) {
      gone.delete(status.id);
      const before = this.byId.get(status.id);
      if (before !== undefined && before.status.health !== status.health) {
        health.push({ hostname: displayName(status), before: before.status.health, after: status.health });
      }
      this.byId.set(status.id, { status, silenceTakenAt: now });
    }
    for (const id of gone) this.byId.delete(id);
    return { ids: [...this.byId.keys()], sampledIds: [], whole: true, health };
  }

  applyUpdate(event: UpdateEvent, now: number): ClusterChange {
    this.takeTime(event.time, now);
    const change: ClusterChange = { ids: [], sampledIds: [], whole: false, health: [] };
    for (const node of event.nodes) this.applyChange(node, now, change);
    return change;
  }

  remove(ids: string[]): ClusterChange {
    for (const id of ids) this.byId.delete(id);
    return { ids, sampledIds: [], whole: true, health: [] };
  }

  setStatus(status: CollectorStatus, now: number): void {
    this.takeTime(status.time, now);
    this.status = status;
  }

  /** The stream broke: the display freezes, including the running silences. */
  freeze(now: number): void {
    this.frozenAt ??= now;
  }

  private applyChange(change: NodeChange, now: number, into: ClusterChange): void {
    const before = this.byId.get(change.id);
    if (before === undefined) {
      if (!isWholeStatus(change)) return;
      this.byId.set(change.id, { status: { ...change, silence: change.silence ?? 0 }, silenceTakenAt: now });
      into.whole = true;
    } else {
      const status = mergeChange(before.status, change);
      const silenceTakenAt = change.silence === undefined ? before.silenceTakenAt : now;
      this.byId.set(change.id, { status, silenceTakenAt });
      if (change.labels !== undefined || status.hostname !== before.status.hostname) into.whole = true;
      if (status.health !== before.status.health) {
        into.health.push({ hostname: displayName(status), before: before.status.health, after: status.health });
      }
    }
    into.ids.push(change.id);
    if (change.readings !== undefined) into.sampledIds.push(change.id);
  }

  private takeTime(time: number, now: number): void {
    this.collectorTime = time;
    this.collectorTimeTakenAt = now;
  }
}
