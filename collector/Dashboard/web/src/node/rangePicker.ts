import { make } from "../page/dom.ts";
import { readChoice, writePreference } from "../page/preferences.ts";
import { HistoryRanges, type HistoryRange } from "./historyRange.ts";

/** Nodes known for less than this start with the shortest range. */
const YoungMilliseconds = 15 * 60_000;

export class RangePicker {
  readonly root = make("div", "range-picker");
  private range: HistoryRange;

  /** `age` is how long the node has been known: a node just started fills five minutes, not an hour. */
  constructor(age: number, onChange: () => void) {
    const key = readChoice(
      "range",
      HistoryRanges.map((range) => range.key),
      age < YoungMilliseconds ? "5m" : "1h",
    );
    this.range = HistoryRanges.find((range) => range.key === key)!;
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Time range");
    for (const range of HistoryRanges) {
      const button = make("button", "", range.words);
      button.type = "button";
      button.addEventListener("click", () => {
        this.range = range;
        writePreference("range", range.key);
        this.showPressed();
        onChange();
      });
      this.root.append(button);
    }
    this.showPressed();
  }

  get current(): HistoryRange {
    return this.range;
  }

  private showPressed(): void {
    HistoryRanges.forEach((range, index) => {
      this.root.children[index]?.setAttribute("aria-pressed", `${range === this.range}`);
    });
  }
}
