import { make } from "../page/dom.ts";
import { NodeTile } from "./nodeTile.ts";

/** A pointer at rest for longer than this is parked, not aiming at a tile. */
const AimMilliseconds = 4_000;

/** The tiles in display order. */
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

  /** Whether the user is about to use a tile, which must not move away then. */
  get inUse(): boolean {
    return performance.now() - this.pointedAt < AimMilliseconds || this.root.querySelector(":focus-visible") !== null;
  }

  /** Shows exactly these nodes in this order and returns those whose tiles are new. */
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
    // Moving an element blurs it.
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.root.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
    return added;
  }
}
