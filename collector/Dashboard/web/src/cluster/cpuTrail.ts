import type { ReadingHistory } from "../api/contract.ts";

/** Ten minutes in the finest tier. */
const DefaultStepMilliseconds = 10_000;
export const TrailSpanMilliseconds = 600_000;

/** Averages of one reading over the last ten minutes, in the same buckets as the collector's history. */
export class CpuTrail {
  readonly step: number;
  private readonly buckets = new Map<number, { sum: number; count: number }>();

  constructor(step: number = DefaultStepMilliseconds) {
    this.step = step;
  }

  /** Buckets from live samples are finer than the history's and stay. */
  seed(times: readonly number[], values: readonly (number | null)[]): void {
    times.forEach((time, index) => {
      const value = values[index];
      const bucket = Math.floor(time / this.step);
      if (value !== null && value !== undefined && !this.buckets.has(bucket)) {
        this.buckets.set(bucket, { sum: value, count: 1 });
      }
    });
  }

  add(time: number, value: number): void {
    const bucket = Math.floor(time / this.step);
    const existing = this.buckets.get(bucket);
    if (existing === undefined) {
      this.buckets.set(bucket, { sum: value, count: 1 });
      this.forgetBefore(bucket - this.bucketCount);
    } else {
      existing.sum += value;
      existing.count++;
    }
  }

  /** Oldest first, ending with the bucket of `time`; null where no sample arrived. */
  values(time: number): (number | null)[] {
    const last = Math.floor(time / this.step);
    return Array.from({ length: this.bucketCount }, (_, index) => {
      const bucket = this.buckets.get(last - this.bucketCount + 1 + index);
      return bucket === undefined ? null : bucket.sum / bucket.count;
    });
  }

  private get bucketCount(): number {
    return Math.max(2, Math.round(TrailSpanMilliseconds / this.step));
  }

  private forgetBefore(oldest: number): void {
    for (const bucket of this.buckets.keys()) if (bucket < oldest) this.buckets.delete(bucket);
  }
}

/** One trail per node. */
export class CpuTrails {
  private readonly byId = new Map<string, CpuTrail>();
  private step = DefaultStepMilliseconds;

  of(id: string): CpuTrail {
    let trail = this.byId.get(id);
    if (trail === undefined) {
      trail = new CpuTrail(this.step);
      this.byId.set(id, trail);
    }
    return trail;
  }

  seed(history: ReadingHistory): void {
    if (history.step !== this.step && history.step > 0) {
      // Buckets of different widths cannot be mixed.
      this.byId.clear();
      this.step = history.step;
    }
    for (const [id, values] of Object.entries(history.nodes)) this.of(id).seed(history.times, values);
  }

  /** Removes the trails of nodes that are gone. */
  keepOnly(ids: ReadonlyMap<string, unknown>): void {
    for (const id of this.byId.keys()) if (!ids.has(id)) this.byId.delete(id);
  }
}
