import uPlot from "uplot";
import type { SectionsHistory } from "../api/contract.ts";
import { Absent } from "../format/quantities.ts";
import { make, setText } from "../page/dom.ts";
import { onThemeChange } from "../page/theme.ts";
import { entryScale, type ChartedEntries } from "./chartedEntries.ts";
import { chartAxis, chartCursor, ChartHeight, chartColour, chartTimeAxis } from "./chartStyle.ts";
import { entryLines, type EntryLine } from "./entryLines.ts";
import { loneValues } from "./loneValues.ts";
import { formatPointed } from "./timeAxis.ts";

const PowersOfTwo = Array.from({ length: 50 }, (_, exponent) => 2 ** exponent);

/** Entries of a section over time, one line each. */
export class EntryChart {
  readonly root: HTMLElement;
  private readonly charted: ChartedEntries;
  private readonly time = make("span", "chart-readout");
  private readonly legend = make("ul", "chart-legend");
  private readonly frame = make("div", "chart-frame");
  private readonly resizes: ResizeObserver;
  private readonly forgetTheme: () => void;
  private plot: uPlot | undefined;
  private lines: EntryLine[] = [];
  private readings: HTMLElement[] = [];
  private range: [number, number] = [0, 1];

  constructor(charted: ChartedEntries) {
    this.charted = charted;
    const title = make("h2", "chart-title", charted.title);
    this.root = make("section", "chart", make("div", "chart-head", title, this.time), this.frame, this.legend);
    this.root.setAttribute("aria-label", charted.title);
    this.root.hidden = true;
    this.resizes = new ResizeObserver(() => this.fitWidth());
    this.resizes.observe(this.frame);
    this.forgetTheme = onThemeChange(() => this.plot?.redraw(false));
  }

  show(history: SectionsHistory): void {
    const { lines, left } = entryLines(history, this.charted);
    this.root.hidden = lines.length < (this.charted.linesMin ?? 1);
    if (this.root.hidden) return;
    this.range = [history.from, history.to];
    const names = (all: EntryLine[]): string => all.map((line) => line.name).join("\n");
    const isNew = this.plot === undefined || names(lines) !== names(this.lines);
    this.lines = lines;
    if (isNew) this.begin(left);
    this.plot?.setData([history.times, ...lines.map((line) => line.values)]);
    this.root.dataset["lines"] = `${lines.length}`;
    this.showReadout();
  }

  destroy(): void {
    this.resizes.disconnect();
    this.forgetTheme();
    this.plot?.destroy();
  }

  private begin(left: number): void {
    this.plot?.destroy();
    this.plot = new uPlot(this.options(), [[], ...this.lines.map(() => [])], this.frame);
    this.readings = this.lines.map(() => make("span", "chart-value"));
    const items = this.lines.map((line, index) => {
      const dot = make("span", "chart-dot");
      dot.style.background = `var(--line-${index + 1})`;
      const name = make("span", "chart-name", line.name);
      name.title = line.name;
      return make("li", "", dot, name, this.readings[index]!);
    });
    const more = left === 0 ? [] : [make("li", "chart-more", `and ${left} more`)];
    this.legend.replaceChildren(...items, ...more);
  }

  /** The values under the crosshair, or the newest without one. */
  private showReadout(): void {
    const index = this.plot?.cursor.idx;
    const at = (line: EntryLine): number | null | undefined =>
      typeof index === "number" ? line.values[index] : line.values.findLast((value) => value !== null);
    this.lines.forEach((line, number) => {
      const value = at(line);
      setText(this.readings[number]!, value === null || value === undefined ? Absent : this.charted.format(value));
    });
    const time = typeof index === "number" ? this.plot?.data[0][index] : undefined;
    setText(this.time, time === undefined ? "" : formatPointed(time, this.range[1] - this.range[0]));
  }

  private options(): uPlot.Options {
    return {
      width: Math.max(1, this.frame.clientWidth),
      height: ChartHeight,
      ms: 1,
      padding: [10, 20, 0, 0],
      legend: { show: false },
      scales: {
        x: { range: () => this.range },
        y: { range: (_, min, max) => entryScale(this.charted, min ?? 0, max ?? 0) },
      },
      cursor: chartCursor,
      axes: [
        chartTimeAxis(this.root),
        {
          ...chartAxis(this.root),
          size: 72,
          space: 34,
          ...(this.charted.binary === true ? { incrs: PowersOfTwo } : {}),
          values: (_, ticks) => ticks.map((tick) => this.charted.format(tick)),
        },
      ],
      series: [
        {},
        ...this.lines.map((_, index) => {
          const colour = (): string => chartColour(this.root, `--line-${index + 1}`);
          return {
            stroke: colour,
            width: 1.5,
            points: {
              show: true,
              size: 4,
              fill: colour,
              filter: (plot: uPlot) => loneValues(plot.data[index + 1] ?? []),
            },
          };
        }),
      ],
      hooks: { setCursor: [() => this.showReadout()] },
    };
  }

  private fitWidth(): void {
    const width = this.frame.clientWidth;
    if (this.plot !== undefined && width > 0 && width !== this.plot.width) {
      this.plot.setSize({ width, height: ChartHeight });
    }
  }
}
