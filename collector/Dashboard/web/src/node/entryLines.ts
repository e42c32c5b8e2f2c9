import type { SectionsHistory } from "../api/contract.ts";
import type { ChartedEntries } from "./chartedEntries.ts";

export interface EntryLine {
  name: string;
  values: (number | null)[];
}

/** More lines than this cannot be distinguished. */
export const LinesMax = 8;

/** The lines of a chart in the collector's order; if there are too many, those with the smallest values are left out. */
export function entryLines(history: SectionsHistory, charted: ChartedEntries): { lines: EntryLine[]; left: number } {
  const lines: EntryLine[] = [];
  for (const { section, field, suffix } of charted.fields) {
    for (const [entry, fields] of Object.entries(history.sections[section] ?? {})) {
      const band = fields[field];
      if (band !== undefined) lines.push({ name: suffix === "" ? entry : `${entry} ${suffix}`, values: band.avg });
    }
  }
  if (lines.length <= LinesMax) return { lines, left: 0 };
  const most = (line: EntryLine): number => Math.max(...line.values.map((value) => Math.abs(value ?? 0)));
  const kept = new Set([...lines].sort((one, other) => most(other) - most(one)).slice(0, LinesMax));
  return { lines: lines.filter((line) => kept.has(line)), left: lines.length - LinesMax };
}
