import { formatBytes, formatCelsius, formatNumber, formatPercent } from "../format/quantities.ts";

/** A field of a section's entries, and what tells its lines from those of another field in the same chart. */
export interface ChartedField {
  section: string;
  field: string;
  suffix: string;
}

/** One chart of what a node has several of: a line for each entry and field. */
export interface ChartedEntries {
  title: string;
  fields: readonly ChartedField[];
  format(value: number): string;
  /** The least span of the axis, so that a steady value does not look like a storm. */
  span: number;
  /** Whether the axis begins at zero. */
  fromZero: boolean;
  /** The end of the axis that is never exceeded. */
  most?: number;
  /** Whether the ticks of the axis are powers of two. */
  binary?: boolean;
  /** With fewer lines the chart says nothing that another does not say. */
  linesMin?: number;
}

const Gap = "\u00a0";

function chart(
  title: string,
  section: string,
  fields: string | Record<string, string>,
  format: (value: number) => string,
  axis: Pick<ChartedEntries, "span" | "fromZero" | "most" | "binary" | "linesMin">,
): ChartedEntries {
  const named = typeof fields === "string" ? { [fields]: "" } : fields;
  return {
    title,
    fields: Object.entries(named).map(([field, suffix]) => ({ section, field, suffix })),
    format,
    ...axis,
  };
}

const perSecond = (bytes: number): string => `${formatBytes(bytes)}/s`;
const share = { span: 1, fromZero: true, most: 1 };
const traffic = { span: 1024, fromZero: true, binary: true };

/** A gas, or a size of particles, is a field of its own. */
const gas = (name: string): string => `sensorGasBaselineRatio${name}`;
const particles = (size: string): string => `sensorParticlesMicrogramsPerCubicMetre${size}`;

/** The charts in the order in which they stand. A chart of what a node does not have is not shown. */
export const EntryCharts: readonly ChartedEntries[] = [
  chart("Air temperature", "sensors", "sensorTemperatureCelsius", formatCelsius, { span: 5, fromZero: false }),
  chart("Humidity", "sensors", "sensorHumidityRatio", formatPercent, { span: 0.2, fromZero: false, most: 1 }),
  chart("Air pressure", "sensors", "sensorPressurePascals", (value) => `${(value / 100).toFixed(1)}${Gap}hPa`, {
    span: 500,
    fromZero: false,
  }),
  chart("Light", "sensors", "sensorIlluminanceLux", (value) => `${formatNumber(value)}${Gap}lx`, {
    span: 10,
    fromZero: true,
  }),
  chart("Sound level", "sensors", "sensorSoundLevelDbfs", (value) => `${value.toFixed(1)}${Gap}dBFS`, {
    span: 20,
    fromZero: false,
  }),
  chart(
    "Particles",
    "sensors",
    { [particles("Pm1")]: "PM1", [particles("Pm2.5")]: "PM2.5", [particles("Pm10")]: "PM10" },
    (value) => `${formatNumber(value)}${Gap}µg/m³`,
    { span: 10, fromZero: true },
  ),
  chart(
    "Gas, by its baseline",
    "sensors",
    { [gas("Oxidising")]: "oxidising", [gas("Reducing")]: "reducing", [gas("Ammonia")]: "NH₃" },
    formatNumber,
    { span: 1, fromZero: true },
  ),
  chart("Network", "net", { networkReceiveBytes: "in", networkTransmitBytes: "out" }, perSecond, traffic),
  chart("Disk traffic", "io", { diskReadBytes: "read", diskWrittenBytes: "written" }, perSecond, traffic),
  chart("Disk busy", "io", "diskBusySeconds", formatPercent, share),
  chart("File systems used", "disk", "filesystemUsedRatio", formatPercent, share),
  // One alone is that of the processor, which has a chart already.
  chart("Temperatures", "temps", "temperatureCelsius", formatCelsius, { span: 10, fromZero: false, linesMin: 2 }),
  chart("Fans", "fans", "fanSpeedRpm", (value) => `${formatNumber(value)}${Gap}rpm`, { span: 500, fromZero: true }),
  chart("Power", "power", "powerWatts", (value) => `${formatNumber(value)}${Gap}W`, { span: 1, fromZero: true }),
  chart("Wi-Fi signal", "net", "networkWifiSignalDbm", (value) => `${Math.round(value)}${Gap}dBm`, {
    span: 20,
    fromZero: false,
  }),
  chart("Containers, CPU", "containers", "containerCpuSeconds", (value) => `${formatNumber(value)} cores`, {
    span: 0.1,
    fromZero: true,
  }),
  chart("Containers, memory", "containers", "containerMemoryBytes", formatBytes, { ...traffic, span: 1024 * 1024 }),
];

/** The axis for values between `min` and `max`. */
export function entryScale(charted: ChartedEntries, min: number, max: number): [number, number] {
  if (charted.fromZero) return [0, Math.min(charted.most ?? Infinity, Math.max(charted.span, max * 1.08))];
  const middle = (min + max) / 2;
  const half = Math.max(charted.span, (max - min) * 1.16) / 2;
  const top = Math.min(charted.most ?? Infinity, middle + half);
  return [middle - half, top];
}
