import { formatClock } from "../format/times.ts";
import { make, setText } from "./dom.ts";
import { makeWarningIcon } from "./icons.ts";

/** Covers the header while the live stream is broken, so that nothing below moves. */
export class ConnectionBanner {
  readonly root: HTMLElement;
  private readonly text = make("span", "banner-text");

  constructor(retryNow: () => void) {
    const retry = make("button", "banner-retry", "Try now");
    retry.type = "button";
    retry.addEventListener("click", retryNow);
    this.root = make("div", "banner", makeWarningIcon(), this.text, retry);
    this.root.hidden = true;
  }

  /** `frozenTime` is absent until the first data have arrived. */
  show(frozenTime: number | undefined): void {
    setText(
      this.text,
      frozenTime === undefined
        ? "No connection to the collector yet. Retrying automatically."
        : `Connection to the collector lost: data frozen at ${formatClock(frozenTime)}. Reconnecting automatically.`,
    );
    this.root.hidden = false;
  }

  hide(): void {
    this.root.hidden = true;
  }
}
