interface Known {
  value: number;
  time: number;
  rate: number | undefined;
  /** The counter before it fell: it has been reset, or the driver read it wrongly once. */
  beforeFall: { value: number; time: number } | undefined;
}

/** Turns monotonic counters into rates per second by the node's own clock. */
export class CounterRates {
  private readonly last = new Map<string, Known>();

  /**
   * The rate of a counter, unchanged if called again for the same time. After a counter reset or a backward clock
   * step there is no rate until the next sample. A counter that goes on where it was has not been reset.
   */
  rate(name: string, value: number | undefined, time: number | undefined): number | undefined {
    if (value === undefined || time === undefined) {
      this.last.delete(name);
      return undefined;
    }
    const known = this.last.get(name);
    if (known?.time === time) return known.rate;
    if (known === undefined || time < known.time) {
      this.last.set(name, { value, time, rate: undefined, beforeFall: undefined });
      return undefined;
    }
    const fallen = known.beforeFall;
    const hasReturned = fallen !== undefined && value >= fallen.value;
    const before = hasReturned ? fallen : known;
    const rate = value < before.value ? undefined : (value - before.value) / ((time - before.time) / 1000);
    const beforeFall = value < known.value ? (fallen ?? known) : hasReturned || value > known.value ? undefined : fallen;
    this.last.set(name, {
      value,
      time,
      rate,
      beforeFall: beforeFall && { value: beforeFall.value, time: beforeFall.time },
    });
    return rate;
  }
}
