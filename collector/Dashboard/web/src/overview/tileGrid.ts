import { make } from "../page/dom.ts";
import { NodeTile } from "./nodeTile.ts";

/** A pointer that rests longer than this is parked there; somebody who aims moves it. */
const AimMilliseconds = 4_000;

/** The tiles in their order. */
export class TileGrid {
  readonly root = make("ul", "tiles");
  private readonly tiles = new Map<string, NodeTile>();
  private pointedAt = -Infinity;

  constructor() {
    this.root.setAttribute("aria-label", "Nodes");
    this.root.addEventListener("pointermove", () => (this.pointedAt = performance.now()), { passive: true });
  }

  tile(id: string): NodeTile | undefined {
    return this.tiles.get(id);
  }

  /** Whether a reader is about to use a tile, which must then not move away. */
  get inUse(): boolean {
    return performance.now() - this.pointedAt < AimMilliseconds || this.root.querySelector(":focus-visible") !== null;
  }

  /** Makes the grid show exactly these nodes in this order, and returns those whose tiles are new. */
  arrange(ids: readonly string[]): string[] {
    const added: string[] = [];
    const wanted = new Set(ids);
    for (const [id, tile] of this.tiles) {
      if (wanted.has(id)) continue;
      tile.root.remove();
      this.tiles.delete(id);
    }
    const focused = document.activeElement;
    let place = this.root.firstElementChild;
    for (const id of ids) {
      let tile = this.tiles.get(id);
      if (tile === undefined) {
        tile = new NodeTile(id);
        this.tiles.set(id, tile);
        added.push(id);
      }
      if (tile.root === place) place = place.nextElementSibling;
      else this.root.insertBefore(tile.root, place);
    }
    // Moving an element takes the focus from it.
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.root.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
    return added;
  }
}
