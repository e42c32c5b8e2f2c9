import type { NodeStatus } from "../api/contract.ts";
import { coreCount } from "../cluster/trackedNode.ts";
import { formatCelsius, formatLoad, formatPercent } from "../format/quantities.ts";

/** One chart of the node view. */
export interface ChartedReading {
  /** The reading's name in the history. */
  reading: string;
  title: string;
  colour: string;
  format(value: number): string;
  /** Formats axis ticks, which are round numbers. */
  formatTick(value: number): string;
  /** The axis for values between `min` and `max`. */
  scale(min: number, max: number, status: NodeStatus | undefined): [number, number];
  current(status: NodeStatus): number | undefined;
}

const wholeRatio = (): [number, number] => [0, 1];

/** The axis spans at least ten degrees, so that noise stays small. */
function temperatureScale(min: number, max: number): [number, number] {
  const low = Math.floor((Math.min(min, max - 10) - 1) / 5) * 5;
  return [low, Math.ceil((Math.max(max, low + 10) + 1) / 5) * 5];
}

export const ChartedReadings: readonly ChartedReading[] = [
  {
    reading: "cpuRatio",
    title: "CPU",
    colour: "--chart-cpu",
    format: formatPercent,
    formatTick: formatPercent,
    scale: wholeRatio,
    current: (status) => status.readings?.cpuRatio,
  },
  {
    reading: "memoryUsedRatio",
    title: "RAM used",
    colour: "--chart-memory",
    format: formatPercent,
    formatTick: formatPercent,
    scale: wholeRatio,
    current: (status) => status.readings?.memoryUsedRatio,
  },
  {
    reading: "temperatureCelsius",
    title: "Temperature",
    colour: "--chart-temperature",
    format: formatCelsius,
    formatTick: (value) => `${Math.round(value)}\u00a0°C`,
    scale: temperatureScale,
    current: (status) => status.readings?.temperatureCelsius,
  },
  {
    reading: "load1",
    title: "Load (1 min)",
    colour: "--chart-load",
    format: formatLoad,
    formatTick: (value) => `${Math.round(value * 100) / 100}`,
    // Load is compared with the number of cores.
    scale: (_, max, status) => [0, Math.max(1, (status && coreCount(status)) ?? 1, max * 1.1)],
    current: (status) => status.readings?.load?.[0],
  },
];
