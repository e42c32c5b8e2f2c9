import type { CollectorStatus } from "../api/contract.ts";
import { formatCount, formatRate } from "../format/quantities.ts";
import { formatSpan } from "../format/times.ts";

type OpenSearch = NonNullable<CollectorStatus["openSearch"]>;

/** What the strip says of the export: its state, or while a backlog drains how fast, how much and how long still. */
export function exportText(openSearch: OpenSearch): { value: string; detail: string } {
  const waiting = `${formatCount(openSearch.backlogDocuments ?? 0)} waiting`;
  const drain = openSearch.drain;
  if (drain === undefined) return { value: openSearch.state, detail: waiting };
  const left = drain.secondsLeft === undefined ? "not getting less" : `${formatSpan(drain.secondsLeft * 1000)} left`;
  return { value: formatRate(drain.perSecond), detail: `${waiting}, ${left}` };
}
