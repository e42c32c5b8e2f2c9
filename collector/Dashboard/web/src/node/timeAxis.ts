import { formatClock, formatDay } from "../format/times.ts";

const Minute = 60_000;
const Day = 86_400_000;

/** Ticks of a time axis, as precise as their distance requires; the day only where it changes. */
export function timeTicks(ticks: readonly number[], distance: number): string[] {
  let day = "";
  return ticks.map((tick, index) => {
    const today = formatDay(tick);
    const newDay = index > 0 && today !== day;
    day = today;
    if (distance >= Day || (newDay && formatClock(tick) === "00:00:00")) return today;
    const clock = formatClock(tick);
    return distance >= Minute ? clock.slice(0, 5) : clock;
  });
}

/** The time under the crosshair of a chart that spans `span`. */
export function formatPointed(time: number, span: number): string {
  const clock = formatClock(time);
  return span > Day ? `${formatDay(time)} ${clock.slice(0, 5)}` : clock;
}
