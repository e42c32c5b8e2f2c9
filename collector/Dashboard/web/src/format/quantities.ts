/** Placeholder for an absent value. */
export const Absent = "–";

/** A no-break space, which keeps a number and its unit on one line. */
const Gap = "\u00a0";

export function formatPercent(ratio: number | undefined): string {
  return ratio === undefined ? Absent : `${Math.round(ratio * 100)}${Gap}%`;
}

/** Loss is usually far below one percent, where rounding to "0 %" would hide it. */
export function formatLoss(ratio: number | undefined): string {
  if (ratio === undefined) return Absent;
  if (ratio === 0) return `0${Gap}%`;
  const percent = ratio * 100;
  if (percent < 0.01) return `<${Gap}0.01${Gap}%`;
  return `${percent.toFixed(percent < 1 ? 2 : percent < 10 ? 1 : 0)}${Gap}%`;
}

export function formatCelsius(celsius: number | undefined): string {
  return celsius === undefined ? Absent : `${celsius.toFixed(1)}${Gap}°C`;
}

export function formatLoad(load: number | undefined): string {
  if (load === undefined) return Absent;
  return load < 100 ? load.toFixed(2) : load.toFixed(0);
}

export function formatRate(perSecond: number | undefined): string {
  if (perSecond === undefined) return Absent;
  return `${perSecond < 100 ? perSecond.toFixed(1) : formatCount(perSecond)}${Gap}/s`;
}

/** A short time, in the unit that suits it. */
export function formatSeconds(seconds: number): string {
  if (seconds >= 1) return `${formatNumber(seconds)}${Gap}s`;
  return seconds >= 1e-3 ? `${formatNumber(seconds * 1e3)}${Gap}ms` : `${formatNumber(seconds * 1e6)}${Gap}µs`;
}

export function formatHertz(hertz: number | undefined): string {
  if (hertz === undefined) return Absent;
  return hertz >= 1e9 ? `${(hertz / 1e9).toFixed(2)}${Gap}GHz` : `${Math.round(hertz / 1e6)}${Gap}MHz`;
}

/** Groups of three digits, separated by narrow no-break spaces. */
export function formatCount(count: number | undefined): string {
  if (count === undefined) return Absent;
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** Any number, with three significant digits. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return (value < 0 ? "-" : "") + formatCount(size);
  return `${Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3))}`;
}

const ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Binary units with three significant digits, as memory is sold: a board with 8 GB has 8.00 GiB. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return Absent;
  let amount = bytes;
  let unit = 0;
  // 999.5 would print as the four-digit "1000", so it moves to the next unit, as 0.98.
  while (amount >= 999.5 && unit < ByteUnits.length - 1) {
    amount /= 1024;
    unit++;
  }
  const decimals = unit === 0 || amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
  return `${amount.toFixed(decimals)}${Gap}${ByteUnits[unit]}`;
}
