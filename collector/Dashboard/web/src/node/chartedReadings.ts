import { coreCount } from "../cluster/trackedNode.ts";
import { formatCelsius, formatLoad, formatPercent } from "../format/quantities.ts";
import { temperatureScale, wholeRatio, type ChartedReading } from "./chartedReading.ts";
import { ChartedSensors } from "./chartedSensors.ts";

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
    // The number of cores is what a load is compared with.
    scale: (_, max, status) => [0, Math.max(1, (status && coreCount(status)) ?? 1, max * 1.1)],
    current: (status) => status.readings?.load?.[0],
  },
  ...ChartedSensors,
];
