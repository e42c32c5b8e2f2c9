import { silenceAt, type TrackedNode } from "../cluster/trackedNode.ts";
import { formatDay, formatMoment, formatSpan } from "../format/times.ts";

const DayMilliseconds = 86_400_000;

/** When the node last reported, worded by its state. `now` is monotonic, `wall` is the collector's clock. */
export function seenText(node: TrackedNode, now: number, wall: number): string {
  const silence = silenceAt(node, now);
  switch (node.status.health) {
    case "up":
      return `seen ${formatSpan(silence)} ago`;
    case "late":
      return `late · seen ${formatSpan(silence)} ago`;
    case "lost":
      return `LOST · last seen ${lastSeenText(node.status.lastSeen, silence, wall)}`;
    case "left":
      return `left · ${leaveText(node, silence)}`;
    case "rebooting":
      return `rebooting · ${leaveText(node, silence)}`;
  }
}

function lastSeenText(lastSeen: number, silence: number, wall: number): string {
  // After a day, seconds do not matter and do not fit into the tile.
  const moment = silence < DayMilliseconds ? formatMoment(lastSeen, wall) : formatDay(lastSeen);
  return `${moment} (${formatSpan(silence)} ago)`;
}

function leaveText(node: TrackedNode, silence: number): string {
  const bye = node.status.bye;
  const since = `${formatSpan(silence)} ago`;
  if (bye === undefined) return since;
  if (bye.back === undefined) return `${bye.reason}, ${since}`;
  // The goodbye was the node's last datagram, so the silence counts from it.
  const remaining = bye.back * 1000 - silence;
  if (remaining > 0) return `${bye.reason}, back in ${formatSpan(remaining + 999)}`;
  return `${bye.reason}, was due ${formatSpan(-remaining)} ago`;
}
