import type { NodeHistory, SectionsHistory } from "../api/contract.ts";
import { fetchNodeHistory } from "../api/requests.ts";
import { HistoryPointsMax, type HistoryRange } from "./historyRange.ts";

interface HistoryRefreshListener {
  /** The range to fetch, and the collector's time at which it ends. */
  range(): HistoryRange;
  wallTime(): number;
  onHistory(history: NodeHistory, sections: SectionsHistory): void;
  onFailure(error: unknown): void;
}

/** Refetches a node's history while it is displayed, never with two requests at a time. */
export class HistoryRefresh {
  private readonly id: string;
  private readonly listener: HistoryRefreshListener;
  private abort = new AbortController();
  private timer: number | undefined;

  constructor(id: string, listener: HistoryRefreshListener) {
    this.id = id;
    this.listener = listener;
  }

  /** Cancels a pending request and fetches at once, for a new range. */
  restart(): void {
    this.stop();
    this.abort = new AbortController();
    void this.fetch(this.abort.signal);
  }

  stop(): void {
    window.clearTimeout(this.timer);
    this.abort.abort();
  }

  private async fetch(signal: AbortSignal): Promise<void> {
    const range = this.listener.range();
    // A hidden tab need not fetch; it catches up when its timer fires after it is shown again.
    if (!document.hidden) await this.fetchOnce(range, signal);
    if (signal.aborted) return;
    this.timer = window.setTimeout(() => void this.fetch(signal), range.refreshMilliseconds);
  }

  private async fetchOnce(range: HistoryRange, signal: AbortSignal): Promise<void> {
    const to = this.listener.wallTime();
    try {
      const from = to - range.spanMilliseconds;
      const [history, sections] = await fetchNodeHistory(this.id, from, to, HistoryPointsMax, signal);
      if (!signal.aborted) this.listener.onHistory(history, sections);
    } catch (error) {
      if (!signal.aborted) this.listener.onFailure(error);
    }
  }
}
