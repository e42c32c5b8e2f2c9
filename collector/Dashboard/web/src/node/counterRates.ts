/** Turns monotonic counters into rates per second by the node's own clock. */
export class CounterRates {
  private readonly last = new Map<string, { value: number; time: number; rate: number | undefined }>();

  /**
   * The rate of a counter, unchanged if called again for the same time. After a counter reset or a backward clock
   * step there is no rate until the next sample.
   */
  rate(name: string, value: number | undefined, time: number | undefined): number | undefined {
    if (value === undefined || time === undefined) {
      this.last.delete(name);
      return undefined;
    }
    const known = this.last.get(name);
    if (known !== undefined && known.time === time) return known.rate;
    const elapsed = known === undefined ? 0 : (time - known.time) / 1000;
    const rate = known === undefined || elapsed <= 0 || value < known.value ? undefined : (value - known.value) / elapsed;
    this.last.set(name, { value, time, rate });
    return rate;
  }
}
