import { formatBytes, formatCelsius, formatNumber, formatPercent } from "../format/quantities.ts";

/** A field of a section's entries, with the suffix that distinguishes its lines from those of other fields. */
export interface ChartedField {
  section: string;
  field: string;
  suffix: string;
}

/** One chart of a section with entries: a line for each entry and field. */
export interface ChartedEntries {
  title: string;
  fields: readonly ChartedField[];
  format(value: number): string;
  /** Minimum span of the axis, so that noise stays small. */
  span: number;
  /** Whether the axis begins at zero. */
  fromZero: boolean;
  /** Upper limit of the axis. */
  max?: number;
  /** Whether the ticks of the axis are powers of two. */
  binary?: boolean;
  /** The chart is hidden with fewer lines, which another chart shows already. */
  linesMin?: number;
}

const Gap = "\u00a0";

function chart(
  title: string,
  section: string,
  fields: string | Record<string, string>,
  format: (value: number) => string,
  axis: Pick<ChartedEntries, "span" | "fromZero" | "max" | "binary" | "linesMin">,
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
const share = { span: 1, fromZero: true, max: 1 };
const traffic = { span: 1024, fromZero: true, binary: true };

/** Each gas and each particle size is a separate field. */
const gas = (name: string): string => `sensorGasBaselineRatio${name}`;
const particles = (size: string): string => `sensorParticlesMicrogramsPerCubicMetre${size}`;

/** The charts in display order. A chart is hidden if the node lacks the data. */
export const EntryCharts: readonly ChartedEntries[] = [
  chart("Air temperature", "sensors", "sensorTemperatureCelsius", formatCelsius, { span: 5, fromZero: false }),
  chart("Relative humidity", "sensors", "sensorHumidityRatio", formatPercent, { span: 0.2, fromZero: false, max: 1 }),
  chart("Barometric pressure", "sensors", "sensorPressurePascals", (value) => `${(value / 100).toFixed(1)}${Gap}hPa`, {
    span: 500,
    fromZero: false,
  }),
  chart("Illuminance", "sensors", "sensorIlluminanceLux", (value) => `${formatNumber(value)}${Gap}lx`, {
    span: 10,
    fromZero: true,
  }),
  chart("Sound pressure level", "sensors", "sensorSoundLevelDbfs", (value) => `${value.toFixed(1)}${Gap}dBFS`, {
    span: 20,
    fromZero: false,
  }),
  chart(
    "Particulate matter",
    "sensors",
    { [particles("Pm1")]: "PM1", [particles("Pm2.5")]: "PM2.5", [particles("Pm10")]: "PM10" },
    (value) => `${formatNumber(value)}${Gap}µg/m³`,
    { span: 10, fromZero: true },
  ),
  chart(
    "Gas resistance, relative to clean air",
    "sensors",
    { [gas("Oxidising")]: "oxidising", [gas("Reducing")]: "reducing", [gas("Ammonia")]: "NH₃" },
    formatNumber,
    { span: 1, fromZero: true },
  ),
  chart("Network", "net", { networkReceiveBytes: "in", networkTransmitBytes: "out" }, perSecond, traffic),
  chart("Disk traffic", "io", { diskReadBytes: "read", diskWrittenBytes: "written" }, perSecond, traffic),
  chart("Disk busy", "io", "diskBusySeconds", formatPercent, share),
  chart("File systems used", "disk", "filesystemUsedRatio", formatPercent, share),
  // A single one is the CPU's, which has a chart already.
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
  if (charted.fromZero) return [0, Math.min(charted.max ?? Infinity, Math.max(charted.span, max * 1.08))];
  const middle = (min + max) / 2;
  const half = Math.max(charted.span, (max - min) * 1.16) / 2;
  const top = Math.min(charted.max ?? Infinity, middle + half);
  return [middle - half, top];
}
