import { makeSvg, setAttribute } from "../page/dom.ts";
import { sparklinePath } from "./sparklinePath.ts";

const Width = 120;
const Height = 30;

/** SVG rather than canvas, so colours come from the style sheet and the width from the tile. */
export class Sparkline {
  readonly root: SVGSVGElement;
  private readonly line = makeSvg("path", { class: "sparkline-line", "vector-effect": "non-scaling-stroke" });
  private readonly area = makeSvg("path", { class: "sparkline-area" });

  constructor() {
    this.root = makeSvg(
      "svg",
      {
        // The margin keeps the stroke at 0 % and 100 % from being clipped.
        viewBox: `0 -1 ${Width} ${Height + 2}`,
        preserveAspectRatio: "none",
        class: "sparkline",
        "aria-hidden": "true",
      },
      this.area,
      this.line,
    );
  }

  draw(values: readonly (number | null)[]): void {
    const path = sparklinePath(values, Width, Height);
    setAttribute(this.line, "d", path.line);
    setAttribute(this.area, "d", path.area);
  }
}
