import type { ClusterEvent } from "../api/contract.ts";

/** Merges two lists, newest first, without duplicates: responses and the stream overlap. */
export function mergeEvents(
  known: readonly ClusterEvent[],
  more: readonly ClusterEvent[],
  max: number,
): readonly ClusterEvent[] {
  const byId = new Map<number, ClusterEvent>();
  for (const event of [...known, ...more]) byId.set(event.id, event);
  return [...byId.values()].sort((left, right) => right.id - left.id).slice(0, max);
}
