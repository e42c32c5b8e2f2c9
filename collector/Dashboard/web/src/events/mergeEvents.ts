import type { ClusterEvent } from "../api/contract.ts";

/** Merges two lists, newest first, without duplicates and replaced events: responses and the stream overlap. */
export function mergeEvents(
  known: readonly ClusterEvent[],
  more: readonly ClusterEvent[],
  max: number,
): readonly ClusterEvent[] {
  const byId = new Map<number, ClusterEvent>();
  for (const event of [...known, ...more]) byId.set(event.id, event);
  for (const { details } of [...byId.values()]) {
    if (details?.replaces !== undefined) byId.delete(details.replaces);
  }
  return [...byId.values()].sort((left, right) => right.id - left.id).slice(0, max);
}
