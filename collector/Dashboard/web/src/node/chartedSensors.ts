import type { NodeStatus, SectionEntry } from "../api/contract.ts";
import { formatCelsius, formatNumber, formatPercent } from "../format/quantities.ts";
import { scaleAround, scaleFromZero, temperatureScale, wholeRatio, type ChartedReading } from "./chartedReading.ts";

const Gap = "\u00a0";

/** The present value of the sensor whose history is kept: the first by name that has it and can be believed. */
function followed(status: NodeStatus, field: string): number | undefined {
  const section = status.readings?.["sensors"];
  if (typeof section !== "object" || Array.isArray(section)) return undefined;
  const sensors: Record<string, SectionEntry> = section;
  for (const name of Object.keys(sensors).sort()) {
    const sensor = sensors[name]!;
    const value = sensor[field];
    if (typeof value === "number" && sensor["sensorStale"] !== 1 && sensor["sensorWarmingUp"] !== 1) return value;
  }
  return undefined;
}

type Shape = Pick<ChartedReading, "title" | "colour" | "format" | "scale"> & Partial<Pick<ChartedReading, "formatTick">>;

function sensor(reading: string, shape: Shape): ChartedReading {
  return { formatTick: shape.format, ...shape, reading, rare: true, current: (status) => followed(status, reading) };
}

const unit = (name: string) => (value: number) => `${formatNumber(value)}${Gap}${name}`;
const hectopascals = (pascals: number, decimals: number): string => `${(pascals / 100).toFixed(decimals)}${Gap}hPa`;
const factor = (value: number): string => `×${Gap}${value.toFixed(2)}`;

/** Of a gas sensor: how far its resistance is from that in clean air. */
function gas(reading: string, title: string): ChartedReading {
  return sensor(reading, { title, colour: "--chart-load", format: factor, scale: scaleAround(1) });
}

/** What a HAT measures around the node. A node without the sensor has no such chart. */
export const ChartedSensors: readonly ChartedReading[] = [
  sensor("sensorTemperatureCelsius", {
    title: "Air temperature",
    colour: "--chart-temperature",
    format: formatCelsius,
    formatTick: (value) => `${Math.round(value)}${Gap}°C`,
    scale: temperatureScale,
  }),
  sensor("sensorHumidityRatio", {
    title: "Relative humidity",
    colour: "--chart-cpu",
    format: formatPercent,
    scale: wholeRatio,
  }),
  sensor("sensorPressurePascals", {
    title: "Air pressure",
    colour: "--chart-load",
    format: (value) => hectopascals(value, 1),
    formatTick: (value) => `${Number((value / 100).toFixed(1))}`,
    scale: scaleAround(1000),
  }),
  sensor("sensorIlluminanceLux", {
    title: "Light",
    colour: "--chart-temperature",
    format: unit("lx"),
    scale: scaleFromZero(10),
  }),
  sensor("sensorSoundLevelDbfs", {
    title: "Sound level",
    colour: "--chart-memory",
    format: (value) => `${value.toFixed(1)}${Gap}dBFS`,
    formatTick: (value) => `${Math.round(value)}`,
    scale: scaleAround(20),
  }),
  sensor("sensorParticlesMicrogramsPerCubicMetrePm2.5", {
    title: "Particles PM2.5",
    colour: "--chart-memory",
    format: unit("µg/m³"),
    formatTick: formatNumber,
    scale: scaleFromZero(10),
  }),
  sensor("sensorCo2Ratio", {
    title: "Carbon dioxide",
    colour: "--chart-memory",
    format: (value) => `${Math.round(value * 1e6)}${Gap}ppm`,
    formatTick: (value) => `${Math.round(value * 1e6)}`,
    scale: scaleFromZero(0.001),
  }),
  gas("sensorGasBaselineRatioOxidising", "Oxidising gas against clean air"),
  gas("sensorGasBaselineRatioReducing", "Reducing gas against clean air"),
  gas("sensorGasBaselineRatioAmmonia", "Ammonia against clean air"),
];
