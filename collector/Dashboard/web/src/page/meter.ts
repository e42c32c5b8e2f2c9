import type { Level } from "../cluster/level.ts";
import { make } from "./dom.ts";

/** A thin bar next to a number. It repeats the number, so it is hidden from assistive technology. */
export class Meter {
  readonly root: HTMLElement;
  private readonly fill = make("i", "meter-fill");
  private shown = "";

  constructor() {
    this.root = make("div", "meter", this.fill);
    this.root.setAttribute("aria-hidden", "true");
  }

  set(ratio: number | undefined, level: Level): void {
    // Half a percent is finer than a pixel here, so smaller changes cause no write.
    const share = Math.round(Math.min(1, Math.max(0, ratio ?? 0)) * 200) / 200;
    const shown = `${share} ${level}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.fill.style.transform = `scaleX(${share})`;
    this.fill.dataset["level"] = level;
  }
}
