const Gap = "\u00a0";

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** "14:02:31" in the browser's time zone. */
export function formatClock(milliseconds: number): string {
  const time = new Date(milliseconds);
  return `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}:${twoDigits(time.getSeconds())}`;
}

const Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "21 Nov". */
export function formatDay(milliseconds: number): string {
  const time = new Date(milliseconds);
  return `${time.getDate()}${Gap}${Months[time.getMonth()]}`;
}

/** The time of day, preceded by the day unless it is the day of `now`. */
export function formatMoment(milliseconds: number, now: number): string {
  const sameDay = new Date(milliseconds).toDateString() === new Date(now).toDateString();
  return sameDay ? formatClock(milliseconds) : `${formatDay(milliseconds)} ${formatClock(milliseconds)}`;
}

/** One unit, rounded down, never just "1" of a coarse unit: "9 s", "90 s", "4 min", "30 h", "12 d". */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}${Gap}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}${Gap}min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}${Gap}h`;
  return `${Math.floor(seconds / 86_400)}${Gap}d`;
}

/** Two units, for uptimes: "45 s", "12 min", "5 h 3 min", "12 d 4 h". */
export function formatUptime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole}${Gap}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}${Gap}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}${Gap}h ${minutes % 60}${Gap}min`;
  return `${Math.floor(hours / 24)}${Gap}d ${hours % 24}${Gap}h`;
}
