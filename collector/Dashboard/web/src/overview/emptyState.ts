import { make } from "../page/dom.ts";

/** Shown in place of the tiles, with what to do about it. */
export class EmptyState {
  readonly root = make("div", "empty");
  private shown = "";

  constructor() {
    this.root.hidden = true;
  }

  hide(): void {
    this.root.hidden = true;
  }

  showNoNodes(): void {
    this.show("no nodes", () => [
      make("h2", "", "No node has reported yet"),
      make(
        "p",
        "",
        "Start an agent on every machine of the cluster. It needs no configuration and appears here within seconds:",
      ),
      make("pre", "", make("code", "", "sudo systemctl enable --now nodetelemetry-agent")),
      make("p", "", "To try it out, run it in a terminal:"),
      make("pre", "", make("code", "", "nodetelemetry-agent run")),
      make("p", "empty-hint", "Still nothing? If the network carries no multicast, send to this machine by unicast:"),
      make("pre", "", make("code", "", "nodetelemetry-agent run --target COLLECTOR:6077")),
    ]);
  }

  showNoMatch(filter: string, clear: () => void): void {
    this.show(`no match ${filter}`, () => {
      const button = make("button", "", "Show all nodes");
      button.type = "button";
      button.addEventListener("click", clear);
      return [make("h2", "", `No node matches “${filter}”`), button];
    });
  }

  private show(key: string, content: () => Node[]): void {
    if (this.shown !== key) this.root.replaceChildren(...content());
    this.shown = key;
    this.root.hidden = false;
  }
}
