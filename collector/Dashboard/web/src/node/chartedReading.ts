import type { NodeStatus } from "../api/contract.ts";

/** One chart of the node view. */
export interface ChartedReading {
  /** The reading's name in the history. */
  reading: string;
  title: string;
  /** Few nodes have it: not shown before this one turns out to. */
  rare?: boolean;
  colour: string;
  format(value: number): string;
  /** For the ticks of the axis, which are round numbers. */
  formatTick(value: number): string;
  /** The axis for values between `min` and `max`. */
  scale(min: number, max: number, status: NodeStatus | undefined): [number, number];
  current(status: NodeStatus): number | undefined;
}

export const wholeRatio = (): [number, number] => [0, 1];

/** A steady temperature must not look like a storm, so the axis spans ten degrees at least. */
export function temperatureScale(min: number, max: number): [number, number] {
  const low = Math.floor((Math.min(min, max - 10) - 1) / 5) * 5;
  return [low, Math.ceil((Math.max(max, low + 10) + 1) / 5) * 5];
}

/** From zero to a round number above everything; at least to `least`. */
export function scaleFromZero(least: number): ChartedReading["scale"] {
  return (_, max) => [0, Math.max(least, max * 1.1)];
}

/** Around the values, as wide as `least` at least: what hardly changes must not look like a storm. */
export function scaleAround(least: number): ChartedReading["scale"] {
  return (min, max) => {
    const margin = Math.max(0, least - (max - min)) / 2 + (max - min) * 0.05;
    return [min - margin, max + margin];
  };
}
