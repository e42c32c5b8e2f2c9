import type { CollectorStatus } from "../api/contract.ts";
import { formatCount, formatRate } from "../format/quantities.ts";
import { formatSpan } from "../format/times.ts";

type OpenSearch = NonNullable<CollectorStatus["openSearch"]>;

/** The export in the strip: its state or, while a backlog drains, its rate, size and remaining time. */
export function exportText(openSearch: OpenSearch): { value: string; detail: string } {
  const documents = formatCount(openSearch.backlogDocuments ?? 0);
  const { drain } = openSearch;
  if (drain === undefined) return { value: openSearch.state, detail: `${documents} waiting` };
  const { perSecond, secondsLeft } = drain;
  return {
    value: formatRate(perSecond),
    detail: secondsLeft === undefined ? `${documents} waiting` : `${documents} left, ${formatSpan(secondsLeft * 1000)}`,
  };
}
