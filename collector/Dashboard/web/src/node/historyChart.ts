import uPlot from "uplot";
import type { HistoryBand, NodeHistory, NodeStatus } from "../api/contract.ts";
import { isReporting } from "../cluster/trackedNode.ts";
import { Absent } from "../format/quantities.ts";
import { make, setText } from "../page/dom.ts";
import { onThemeChange } from "../page/theme.ts";
import type { ChartedReading } from "./chartedReadings.ts";
import { chartAxis, chartColour, chartCursor, ChartHeight, chartTimeAxis } from "./chartStyle.ts";
import { loneValues } from "./loneValues.ts";
import { formatPointed } from "./timeAxis.ts";

/** Series of the plot; uPlot requires the time first. */
const MaxIndex = 1;
const MinIndex = 2;
const AvgIndex = 3;

/** One reading over time: the average as a line in a band from minimum to maximum. */
export class HistoryChart {
  readonly root: HTMLElement;
  private readonly charted: ChartedReading;
  private readonly readout = make("span", "chart-readout");
  private readonly frame = make("div", "chart-frame");
  private readonly plot: uPlot;
  private readonly resizes: ResizeObserver;
  private readonly forgetTheme: () => void;
  private status: NodeStatus | undefined;
  private range: [number, number] = [0, 1];

  constructor(charted: ChartedReading) {
    this.charted = charted;
    const title = make("h2", "chart-title", charted.title);
    this.root = make("section", "chart", make("div", "chart-head", title, this.readout), this.frame);
    this.root.dataset["reading"] = charted.reading;
    this.root.setAttribute("aria-label", charted.title);
    this.plot = new uPlot(this.options(), [[], [], [], []], this.frame);
    this.resizes = new ResizeObserver(() => this.fitWidth());
    this.resizes.observe(this.frame);
    this.forgetTheme = onThemeChange(() => this.plot.redraw(false));
  }

  /** Shows this chart's reading from a history. */
  show(history: NodeHistory): void {
    const band: HistoryBand | undefined = history.readings[this.charted.reading];
    const nothing = history.times.map(() => null);
    this.range = [history.from, history.to];
    this.plot.setData([history.times, band?.max ?? nothing, band?.min ?? nothing, band?.avg ?? nothing]);
    this.root.dataset["samples"] = `${band?.avg.filter((value) => value !== null).length ?? 0}`;
    this.showReadout();
  }

  /** Whether neither the history nor the current status has the reading. */
  absentFrom(history: NodeHistory): boolean {
    const current = this.status === undefined ? undefined : this.charted.current(this.status);
    return history.readings[this.charted.reading] === undefined && current === undefined;
  }

  showStatus(status: NodeStatus): void {
    this.status = status;
    this.showReadout();
  }

  destroy(): void {
    this.resizes.disconnect();
    this.forgetTheme();
    this.plot.destroy();
  }

  /** The value under the crosshair, or the newest without one. */
  private showReadout(): void {
    const index = this.plot.cursor.idx;
    if (index === null || index === undefined) {
      setText(this.readout, this.newest());
      return;
    }
    const at = (series: number): string => {
      const value = this.plot.data[series]?.[index];
      return value === null || value === undefined ? Absent : this.charted.format(value);
    };
    const time = formatPointed(this.plot.data[0][index] ?? 0, this.range[1] - this.range[0]);
    setText(this.readout, `${time}  avg ${at(AvgIndex)}  min ${at(MinIndex)}  max ${at(MaxIndex)}`);
  }

  private newest(): string {
    const current = this.status === undefined ? undefined : this.charted.current(this.status);
    if (this.status === undefined || current === undefined) return "";
    return isReporting(this.status) ? this.charted.format(current) : `last ${this.charted.format(current)}`;
  }

  private options(): uPlot.Options {
    const colour = (): string => chartColour(this.root, this.charted.colour);
    const edge: uPlot.Series = { stroke: "transparent", width: 0, points: { show: false } };
    return {
      width: Math.max(1, this.frame.clientWidth),
      height: ChartHeight,
      ms: 1,
      padding: [10, 12, 0, 0],
      legend: { show: false },
      // The requested range fixes the time axis, so that a gap at its edge is visible too.
      scales: {
        x: { range: () => this.range },
        y: { range: (_, min, max) => this.charted.scale(min ?? 0, max ?? 0, this.status) },
      },
      cursor: chartCursor,
      axes: [
        chartTimeAxis(this.root),
        {
          ...chartAxis(this.root),
          size: 52,
          space: 34,
          values: (_, ticks) => ticks.map((tick) => this.charted.formatTick(tick)),
        },
      ],
      series: [
        {},
        edge,
        edge,
        {
          stroke: colour,
          width: 1.5,
          // A single sample between two gaps has no line; a dot makes it visible.
          points: { show: true, size: 4, fill: colour, filter: (plot) => loneValues(plot.data[AvgIndex] ?? []) },
        },
      ],
      bands: [{ series: [MaxIndex, MinIndex], fill: () => chartColour(this.root, `${this.charted.colour}-band`) }],
      hooks: { setCursor: [() => this.showReadout()] },
    };
  }

  private fitWidth(): void {
    const width = this.frame.clientWidth;
    if (width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: ChartHeight });
  }
}
