import type { ClusterEvent } from "../api/contract.ts";

/** Puts two lists together, newest first and each event once. What the stream told and what was asked for overlap. */
export function mergeEvents(
  known: readonly ClusterEvent[],
  more: readonly ClusterEvent[],
  max: number,
): readonly ClusterEvent[] {
  const byId = new Map<number, ClusterEvent>();
  for (const event of [...known, ...more]) byId.set(event.id, event);
  return [...byId.values()].sort((left, right) => right.id - left.id).slice(0, max);
}
