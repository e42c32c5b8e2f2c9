export interface HistoryRange {
  key: string;
  words: string;
  spanMilliseconds: number;
  refreshMilliseconds: number;
}

const Second = 1_000;
const Minute = 60 * Second;
const Hour = 60 * Minute;
const Day = 24 * Hour;

/** A range is refetched about as often as it gains a bucket, but not more often than a change is visible. */
export const HistoryRanges: readonly HistoryRange[] = [
  { key: "5m", words: "5 min", spanMilliseconds: 5 * Minute, refreshMilliseconds: 5 * Second },
  { key: "1h", words: "1 h", spanMilliseconds: Hour, refreshMilliseconds: 10 * Second },
  { key: "24h", words: "24 h", spanMilliseconds: Day, refreshMilliseconds: Minute },
  { key: "7d", words: "7 d", spanMilliseconds: 7 * Day, refreshMilliseconds: 5 * Minute },
  { key: "30d", words: "30 d", spanMilliseconds: 30 * Day, refreshMilliseconds: 5 * Minute },
];

/** 30 days of 15-minute buckets are 2880 points; with a lower limit no tier would fit. */
export const HistoryPointsMax = 3_000;
