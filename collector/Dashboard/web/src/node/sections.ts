import type { SectionEntry } from "../api/contract.ts";
import type { Level } from "../cluster/level.ts";
import {
  formatBytes,
  formatCelsius,
  formatCount,
  formatNumber,
  formatPercent,
} from "../format/quantities.ts";
import { formatUptime } from "../format/times.ts";

/** The content of a cell; undefined leaves it empty. */
export interface CellText {
  text: string;
  /** A share of a whole, drawn as a bar next to the text. */
  ratio?: number;
  level?: Level;
}

/** Returns the rate per second of a counter of the entry. */
export type CounterRate = (field: string) => number | undefined;

/** One table of the node view: a section of the readings with one row per entry. */
export interface SectionTable {
  /** The section's key in the readings. */
  section: string;
  title: string;
  /** Heading of the entry names. */
  entry: string;
  columns: readonly { title: string; cell: (entry: SectionEntry, rate: CounterRate) => CellText | string | undefined }[];
}

const Gap = "\u00a0";

function number(entry: SectionEntry, field: string): number | undefined {
  const value = entry[field];
  return typeof value === "number" ? value : undefined;
}

function text(entry: SectionEntry, field: string): string | undefined {
  const value = entry[field];
  return typeof value === "string" ? value : undefined;
}

function shown(value: number | undefined, format: (value: number) => string): string | undefined {
  return value === undefined ? undefined : format(value);
}

const perSecond = (bytes: number): string => `${formatBytes(bytes)}/s`;

/** A file system is in trouble if it is full, read-only or does not respond. */
function fillCell(entry: SectionEntry): CellText | undefined {
  if (number(entry, "filesystemStuck") === 1) return { text: "does not respond", level: "hot" };
  const ratio = number(entry, "filesystemUsedRatio");
  if (ratio === undefined) return undefined;
  const readOnly = number(entry, "filesystemReadOnly") === 1 ? " · read-only" : "";
  return { text: formatPercent(ratio) + readOnly, ratio, level: ratio >= 0.95 ? "hot" : ratio >= 0.85 ? "warm" : "calm" };
}

function temperatureCell(entry: SectionEntry): CellText | undefined {
  const celsius = number(entry, "temperatureCelsius");
  if (celsius === undefined) return undefined;
  const critical = number(entry, "temperatureCriticalCelsius");
  const spike = number(entry, "temperatureSpike") === 1 ? " · suspect spike" : "";
  const level = critical !== undefined && celsius >= critical - 5 ? "hot" : "calm";
  return { text: formatCelsius(celsius) + spike, level };
}

const kilohms = (value: number): string => `${formatNumber(value / 1000)}${Gap}kΩ`;

/** A resistance of the gas sensor and its ratio to clean air. */
function gasPart(name: string, ohms: string, ratio: string): (entry: SectionEntry) => string | undefined {
  return (entry) =>
    shown(number(entry, ohms), (value) => {
      const times = shown(number(entry, ratio), (factor) => ` (×${factor.toFixed(2)})`) ?? "";
      return `${name} ${kilohms(value)}${times}`;
    });
}

/** A value, followed by the chip's uncorrected value if that differs. */
function correctedPart(
  field: string,
  raw: string,
  format: (value: number) => string,
): (entry: SectionEntry) => string | undefined {
  return (entry) => {
    const parts = [
      shown(number(entry, field), format),
      shown(number(entry, raw), (value) => `(chip ${format(value)})`),
    ].filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : parts.join(" ");
  };
}

/** Three axes of a vector quantity. */
function vectorPart(
  name: string,
  field: string,
  unit: string,
  factor: number,
): (entry: SectionEntry) => string | undefined {
  return (entry) => {
    const axes = ["X", "Y", "Z"].map((axis) => number(entry, field + axis));
    if (axes.some((axis) => axis === undefined)) return undefined;
    // `|| 0` turns -0 into 0.
    const rounded = axes.map((axis) => (Math.round(axis! * factor * 100) / 100 || 0).toFixed(2));
    return `${name} ${rounded.join(", ")}${Gap}${unit}`;
  };
}

function part(field: string, format: (value: number) => string): (entry: SectionEntry) => string | undefined {
  return (entry) => shown(number(entry, field), format);
}

const hectopascals = (value: number): string => `${(value / 100).toFixed(1)}${Gap}hPa`;

/** All readings of a sensor in their units. */
const sensorParts: readonly ((entry: SectionEntry) => string | undefined)[] = [
  correctedPart("sensorTemperatureCelsius", "sensorTemperatureRawCelsius", formatCelsius),
  correctedPart("sensorHumidityRatio", "sensorHumidityRawRatio", (value) => `${formatPercent(value)}${Gap}RH`),
  part("sensorDewPointCelsius", (value) => `dew point ${formatCelsius(value)}`),
  part("sensorPressurePascals", hectopascals),
  part("sensorPressureSeaLevelPascals", (value) => `${hectopascals(value)} at sea level`),
  part("sensorIlluminanceLux", (value) => `${formatNumber(value)}${Gap}lx`),
  part("sensorProximityCounts", (value) => `proximity ${formatCount(value)}`),
  gasPart("oxidising", "sensorGasOhmsOxidising", "sensorGasBaselineRatioOxidising"),
  gasPart("reducing", "sensorGasOhmsReducing", "sensorGasBaselineRatioReducing"),
  gasPart("NH₃", "sensorGasOhmsAmmonia", "sensorGasBaselineRatioAmmonia"),
  part("sensorResistanceOhms", kilohms),
  part("sensorParticlesMicrogramsPerCubicMetrePm1", (value) => `PM1 ${formatNumber(value)}${Gap}µg/m³`),
  part("sensorParticlesMicrogramsPerCubicMetrePm2.5", (value) => `PM2.5 ${formatNumber(value)}${Gap}µg/m³`),
  part("sensorParticlesMicrogramsPerCubicMetrePm10", (value) => `PM10 ${formatNumber(value)}${Gap}µg/m³`),
  part("sensorSoundLevelDbfs", (value) => `${value.toFixed(1)}${Gap}dBFS`),
  part("sensorSoundLevelDbaEstimate", (value) => `about ${value.toFixed(0)}${Gap}dB(A)`),
  part("sensorCo2Ratio", (value) => `CO₂ ${Math.round(value * 1e6)}${Gap}ppm`),
  vectorPart("acceleration", "sensorAccelerationMetresPerSecondSquared", "m/s²", 1),
  vectorPart("angular velocity", "sensorRotationRadiansPerSecond", "rad/s", 1),
  vectorPart("magnetic flux density", "sensorMagneticFieldTesla", "µT", 1e6),
  part("sensorColourCountsRed", (value) => `red ${formatCount(value)}`),
  part("sensorColourCountsGreen", (value) => `green ${formatCount(value)}`),
  part("sensorColourCountsBlue", (value) => `blue ${formatCount(value)}`),
  part("sensorColourCountsClear", (value) => `clear ${formatCount(value)}`),
  part("sensorInputVolts", (value) => `${formatNumber(value)}${Gap}V`),
  part("sensorInputAmperes", (value) => `${formatNumber(value)}${Gap}A`),
];

function sensorCell(entry: SectionEntry): CellText | undefined {
  const parts = sensorParts.flatMap((toText) => toText(entry) ?? []);
  if (number(entry, "sensorWarmingUp") === 1) parts.push("warming up");
  const stale = number(entry, "sensorStale") === 1;
  if (stale) parts.push("does not respond");
  return parts.length === 0 ? undefined : { text: parts.join(" · "), level: stale ? "warm" : "calm" };
}

function linkCell(entry: SectionEntry): CellText | undefined {
  if (number(entry, "networkUp") === 0) return { text: "down", level: "warm" };
  const signal = shown(number(entry, "networkWifiSignalDbm"), (dbm) => `${dbm}${Gap}dBm`);
  const speed = number(entry, "networkWifiRateBytesPerSecond") ?? number(entry, "networkSpeedBytesPerSecond");
  const rate = shown(speed, (bytes) => `${formatNumber((bytes * 8) / 1e6)}${Gap}Mbit/s`);
  const parts = [signal, rate].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : { text: parts.join(" · ") };
}

function faultsCell(entry: SectionEntry): string {
  const fields = ["networkReceiveErrors", "networkTransmitErrors", "networkReceiveDrops", "networkTransmitDrops"];
  return formatCount(fields.reduce((sum, field) => sum + (number(entry, field) ?? 0), 0));
}

/** A disk is in trouble if the kernel has given it up, or if it ends commands with errors. */
function diskErrorsCell(entry: SectionEntry): CellText | undefined {
  if (number(entry, "diskOnline") === 0) return { text: "offline", level: "hot" };
  const errors = number(entry, "diskErrors");
  return errors === undefined ? undefined : { text: formatCount(errors), level: errors > 0 ? "warm" : "calm" };
}

function wearCell(field: string): (entry: SectionEntry) => CellText | undefined {
  return (entry) => {
    const ratio = number(entry, field);
    if (ratio === undefined) return undefined;
    return { text: formatPercent(ratio), ratio: Math.min(1, ratio), level: ratio >= 0.9 ? "hot" : ratio >= 0.8 ? "warm" : "calm" };
  };
}

/** JESD84-B51, PRE_EOL_INFO. */
const SpareBlocks: Readonly<Record<number, CellText>> = {
  1: { text: "normal" },
  2: { text: "80 % used up", level: "warm" },
  3: { text: "90 % used up", level: "hot" },
};

function arrayDisksCell(entry: SectionEntry): CellText | undefined {
  const disks = number(entry, "mdDisks");
  const missing = number(entry, "mdDisksMissing");
  if (disks === undefined) return undefined;
  if (missing === undefined || missing === 0) return { text: formatCount(disks) };
  return { text: `${formatCount(disks - missing)} of ${formatCount(disks)}`, level: "hot" };
}

/** What the array does, if it does anything. */
function arrayActionCell(entry: SectionEntry): CellText | string | undefined {
  const action = text(entry, "action");
  const ratio = number(entry, "mdSyncRatio");
  if (action === undefined || action === "idle") return undefined;
  return ratio === undefined ? action : { text: `${action} ${formatPercent(ratio)}`, ratio };
}

function poolStateCell(entry: SectionEntry): CellText | undefined {
  const state = text(entry, "state");
  return state === undefined
    ? undefined
    : { text: state.toLowerCase(), level: number(entry, "zfsPoolOnline") === 0 ? "hot" : "calm" };
}

/** A battery that is discharged and a supply that is not connected. */
function supplyStateCell(entry: SectionEntry): CellText | undefined {
  const status = text(entry, "status");
  const online = number(entry, "powerSupplyOnline");
  const parts = [
    online === undefined ? undefined : online === 1 ? "connected" : "not connected",
    status === undefined || status === "Unknown" ? undefined : status.toLowerCase(),
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  return { text: parts.join(" · "), level: number(entry, "powerSupplyOnBattery") === 1 ? "hot" : "calm" };
}

function chargeCell(entry: SectionEntry): CellText | undefined {
  const ratio = number(entry, "powerSupplyChargeRatio");
  if (ratio === undefined) return undefined;
  return { text: formatPercent(ratio), ratio, level: ratio <= 0.1 ? "hot" : ratio <= 0.25 ? "warm" : "calm" };
}

function errorsCell(field: string, level: Level): (entry: SectionEntry) => CellText | undefined {
  return (entry) => {
    const count = number(entry, field);
    return count === undefined ? undefined : { text: formatCount(count), level: count > 0 ? level : "calm" };
  };
}

/** The tables in display order. A table is hidden if the node lacks the section. */
export const SectionTables: readonly SectionTable[] = [
  {
    section: "disk",
    title: "File systems",
    entry: "Mount point",
    columns: [
      { title: "Used", cell: fillCell },
      { title: "Free", cell: (entry) => shown(number(entry, "filesystemAvailableBytes"), formatBytes) },
      { title: "Size", cell: (entry) => shown(number(entry, "filesystemSizeBytes"), formatBytes) },
      { title: "Type", cell: (entry) => text(entry, "fs") },
    ],
  },
  {
    section: "io",
    title: "Disks",
    entry: "Device",
    columns: [
      { title: "Read", cell: (_, rate) => shown(rate("diskReadBytes"), perSecond) },
      { title: "Written", cell: (_, rate) => shown(rate("diskWrittenBytes"), perSecond) },
      { title: "Busy", cell: (_, rate) => shown(rate("diskBusySeconds"), (share) => formatPercent(Math.min(1, share))) },
      { title: "Written per day", cell: (entry) => shown(number(entry, "diskWrittenPerDayBytes"), formatBytes) },
      { title: "Errors", cell: diskErrorsCell },
    ],
  },
  {
    section: "mmc",
    title: "Flash memory wear",
    entry: "Device",
    columns: [
      { title: "Type A used", cell: wearCell("mmcLifeUsedRatioA") },
      { title: "Type B used", cell: wearCell("mmcLifeUsedRatioB") },
      { title: "Spare blocks", cell: (entry) => SpareBlocks[number(entry, "mmcPreEndOfLife") ?? 0] },
      { title: "Product", cell: (entry) => text(entry, "name") },
    ],
  },
  {
    section: "md",
    title: "RAID arrays",
    entry: "Array",
    columns: [
      { title: "Level", cell: (entry) => text(entry, "level") },
      { title: "Disks", cell: arrayDisksCell },
      { title: "State", cell: (entry) => text(entry, "state") },
      { title: "Action", cell: arrayActionCell },
    ],
  },
  {
    section: "zpool",
    title: "ZFS pools",
    entry: "Pool",
    columns: [{ title: "State", cell: poolStateCell }],
  },
  {
    section: "net",
    title: "Network",
    entry: "Interface",
    columns: [
      { title: "Received", cell: (_, rate) => shown(rate("networkReceiveBytes"), perSecond) },
      { title: "Sent", cell: (_, rate) => shown(rate("networkTransmitBytes"), perSecond) },
      { title: "Errors, drops", cell: faultsCell },
      { title: "Link", cell: linkCell },
    ],
  },
  {
    section: "sensors",
    title: "Sensors",
    entry: "Sensor",
    columns: [{ title: "Readings", cell: sensorCell }],
  },
  {
    section: "temps",
    title: "Temperatures",
    entry: "Sensor",
    columns: [
      { title: "Now", cell: temperatureCell },
      { title: "Critical", cell: (entry) => shown(number(entry, "temperatureCriticalCelsius"), formatCelsius) },
    ],
  },
  {
    section: "fans",
    title: "Fans",
    entry: "Fan",
    columns: [
      { title: "Speed", cell: (entry) => shown(number(entry, "fanSpeedRpm"), (rpm) => `${formatCount(rpm)}${Gap}rpm`) },
      { title: "Power", cell: (entry) => shown(number(entry, "fanDutyRatio"), formatPercent) },
    ],
  },
  {
    section: "power",
    title: "Power",
    entry: "Sensor",
    columns: [
      { title: "Voltage", cell: (entry) => shown(number(entry, "powerVolts"), (volts) => `${volts.toFixed(2)}${Gap}V`) },
      { title: "Current", cell: (entry) => shown(number(entry, "powerAmperes"), (amps) => `${amps.toFixed(2)}${Gap}A`) },
      { title: "Power", cell: (entry) => shown(number(entry, "powerWatts"), (watts) => `${watts.toFixed(2)}${Gap}W`) },
    ],
  },
  {
    section: "supply",
    title: "Power supplies",
    entry: "Supply",
    columns: [
      { title: "Type", cell: (entry) => text(entry, "type") },
      { title: "State", cell: supplyStateCell },
      { title: "Charge", cell: chargeCell },
      { title: "Time left", cell: (entry) => shown(number(entry, "powerSupplySecondsLeft"), formatUptime) },
      {
        title: "Voltage",
        cell: (entry) => shown(number(entry, "powerSupplyVolts"), (volts) => `${volts.toFixed(2)}${Gap}V`),
      },
    ],
  },
  {
    section: "edac",
    title: "Memory errors (ECC)",
    entry: "Controller",
    columns: [
      { title: "Corrected", cell: errorsCell("memoryErrorsCorrected", "warm") },
      { title: "Uncorrected", cell: errorsCell("memoryErrorsUncorrected", "hot") },
    ],
  },
  {
    section: "containers",
    title: "Containers",
    entry: "Container",
    columns: [
      { title: "CPU", cell: (_, rate) => shown(rate("containerCpuSeconds"), formatPercent) },
      { title: "Memory", cell: (entry) => shown(number(entry, "containerMemoryBytes"), formatBytes) },
    ],
  },
  {
    section: "metrics",
    title: "Textfile metrics",
    entry: "Series",
    columns: [{ title: "Value", cell: (entry) => shown(number(entry, "textfileValue"), formatNumber) }],
  },
  {
    section: "textfile",
    title: "Textfile metrics: files",
    entry: "File",
    columns: [
      {
        title: "State",
        cell: (entry) =>
          number(entry, "textfileOk") === 0 ? { text: "parse error", level: "warm" } : { text: "ok" },
      },
      { title: "Age", cell: (entry) => shown(number(entry, "textfileAgeSeconds"), formatUptime) },
    ],
  },
];
