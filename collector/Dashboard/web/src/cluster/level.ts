/** How much attention a value needs; shown by colour, next to the number. */
export type Level = "calm" | "warm" | "hot";

export function ratioLevel(ratio: number): Level {
  return ratio >= 0.9 ? "hot" : ratio >= 0.65 ? "warm" : "calm";
}

/** The firmware of a Raspberry Pi starts to throttle at 80 °C. */
export function temperatureLevel(celsius: number): Level {
  return celsius >= 80 ? "hot" : celsius >= 70 ? "warm" : "calm";
}
