import type uPlot from "uplot";
import { timeTicks } from "./timeAxis.ts";

/** The common look of all charts. */
export const ChartHeight = 190;

/** Charts with the same key share their crosshair. */
const CrosshairKey = "node";

export const chartCursor: uPlot.Cursor = {
  sync: { key: CrosshairKey, scales: ["x", null], setSeries: false },
  drag: { x: false, y: false },
  y: false,
  points: { size: 7 },
};

export function chartColour(root: HTMLElement, variable: string): string {
  return getComputedStyle(root).getPropertyValue(variable).trim();
}

export function chartAxis(root: HTMLElement): uPlot.Axis {
  return {
    stroke: () => chartColour(root, "--text-muted"),
    grid: { stroke: () => chartColour(root, "--chart-grid"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui, sans-serif",
    gap: 4,
  };
}

export function chartTimeAxis(root: HTMLElement): uPlot.Axis {
  return {
    ...chartAxis(root),
    size: 30,
    gap: 9,
    space: 70,
    values: (_, ticks, __, ___, distance) => timeTicks(ticks, distance),
  };
}
