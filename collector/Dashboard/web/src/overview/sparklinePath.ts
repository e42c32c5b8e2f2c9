// Geometry of a sparkline: ratios from 0 to 1 over equally wide steps become an SVG path. A gap in the values is a gap
// in the line; a single value between gaps becomes a short dash, which stays visible.

export interface SparklinePath {
  line: string;
  area: string;
}

/** Half the width of the dash for a single value, in steps. */
const DashHalfSteps = 0.4;

export function sparklinePath(values: readonly (number | null)[], width: number, height: number): SparklinePath {
  const step = width / Math.max(1, values.length - 1);
  const path: SparklinePath = { line: "", area: "" };
  let start = 0;
  while (start < values.length) {
    if (values[start] === null) {
      start++;
      continue;
    }
    let end = start;
    while (end + 1 < values.length && values[end + 1] !== null) end++;
    addRun(path, values, start, end, step, height);
    start = end + 1;
  }
  return path;
}

function addRun(
  path: SparklinePath,
  values: readonly (number | null)[],
  start: number,
  end: number,
  step: number,
  height: number,
): void {
  const points: [number, number][] = [];
  for (let index = start; index <= end; index++) points.push([index * step, heightOf(values[index] ?? 0, height)]);
  if (start === end) {
    const y = heightOf(values[start] ?? 0, height);
    points.splice(0, 1, [(start - DashHalfSteps) * step, y], [(start + DashHalfSteps) * step, y]);
  }
  const line = points.map(([x, y]) => `${round(x)} ${round(y)}`).join("L");
  const first = points[0];
  const last = points[points.length - 1];
  if (first === undefined || last === undefined) return;
  path.line += `M${line}`;
  path.area += `M${round(first[0])} ${height}L${line}L${round(last[0])} ${height}Z`;
}

function heightOf(ratio: number, height: number): number {
  return height - Math.min(1, Math.max(0, ratio)) * height;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
