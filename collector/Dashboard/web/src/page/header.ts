import { make, setText } from "./dom.ts";
import { makeBrandIcon } from "./icons.ts";
import { OverviewAddress } from "./route.ts";
import { makeThemeButton } from "./theme.ts";

/** The bar at the top of both views. */
export class Header {
  readonly root: HTMLElement;
  private readonly live = make("span", "live-state");

  constructor(filterBar: HTMLElement) {
    const brand = make("a", "brand", makeBrandIcon(), make("span", "", "NodeTelemetry"));
    brand.href = OverviewAddress;
    this.root = make("header", "page-header", brand, this.live, filterBar, makeThemeButton());
    this.showConnection("connecting");
  }

  showConnection(connection: "connecting" | "live" | "offline"): void {
    this.live.dataset["connection"] = connection;
    setText(this.live, connection);
  }
}
