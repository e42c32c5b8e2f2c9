import type { NodeHealth } from "../api/contract.ts";
import { makeSvg } from "./dom.ts";

// Each state has a distinct outline, recognisable without colour: a disc with a tick, a clock, an octagon with a
// cross, a circular arrow, a door with an arrow.
const HealthPaths: Record<NodeHealth, string> = {
  up: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm3.2 4.3L7 9.5 4.9 7.4 3.8 8.5 7 11.7l5.3-5.3Z",
  late: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 1.7a5.3 5.3 0 1 0 0 10.6A5.3 5.3 0 0 0 8 2.7ZM7.2 4h1.6v3.7l2.5 1.5-.8 1.4-3.3-2Z",
  lost: "M5 1h6l4 4v6l-4 4H5l-4-4V5Zm.9 3.5L4.5 5.9 6.6 8l-2.1 2.1 1.4 1.4L8 9.4l2.1 2.1 1.4-1.4L9.4 8l2.1-2.1-1.4-1.4L8 6.6Z",
  rebooting:
    "M8 1a7 7 0 0 1 5 2.1V1h1.8v5.3H9.5V4.5h2.3A5.2 5.2 0 1 0 13.2 8H15A7 7 0 1 1 8 1Z",
  left: "M2 1h7v4H7.3V2.7H3.7v10.6h3.6V11H9v4H2Zm8.3 3.3L14 8l-3.7 3.7-1.2-1.2 1.6-1.7H6V7.2h4.7L9.1 5.5Z",
};

const Paths = {
  brand: "M1 9h3.3l1.5-5 2.7 8.5L10.3 7l.9 2H15",
  back: "M10 3 5 8l5 5",
  warning: "M8 1.5 15.5 14.5H.5Zm-.8 4.7v4h1.6v-4Zm0 5v1.6h1.6v-1.6Z",
};

function icon(path: string, attributes: Readonly<Record<string, string>>): SVGSVGElement {
  return makeSvg(
    "svg",
    { viewBox: "0 0 16 16", "aria-hidden": "true", class: "icon" },
    makeSvg("path", { d: path, ...attributes }),
  );
}

const Filled = { fill: "currentColor", "fill-rule": "evenodd" };
const Stroked = {
  fill: "none",
  stroke: "currentColor",
  "stroke-width": "1.8",
  "stroke-linecap": "round",
  "stroke-linejoin": "round",
};

export const makeHealthIcon = (health: NodeHealth): SVGSVGElement => icon(HealthPaths[health], Filled);

export function setHealthIcon(svg: SVGSVGElement, health: NodeHealth): void {
  svg.firstElementChild?.setAttribute("d", HealthPaths[health]);
}

export const makeBrandIcon = (): SVGSVGElement => icon(Paths.brand, Stroked);
export const makeBackIcon = (): SVGSVGElement => icon(Paths.back, Stroked);
export const makeWarningIcon = (): SVGSVGElement => icon(Paths.warning, Filled);
