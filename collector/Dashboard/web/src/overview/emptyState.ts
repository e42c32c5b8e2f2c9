import type { CollectorStatus } from "../api/contract.ts";
import { make } from "../page/dom.ts";
import { joinLines } from "./joinLines.ts";

const KeyPath = "/etc/nodetelemetry/agent.key";
const KeyHint =
  "This collector accepts only nodes that sign. Create a key on the node, and add the line that the last command prints to the keys file of the collector:";
const KeyLines = [
  `sudo nodetelemetry-agent key new ${KeyPath}`,
  `sudo chgrp nodetelemetry-agent ${KeyPath} && sudo chmod 640 ${KeyPath}`,
  `echo '{"KeyFile":"${KeyPath}"}' | sudo tee /etc/nodetelemetry/agent.json && sudo systemctl reload nodetelemetry-agent`,
  `sudo cat ${KeyPath}`,
];

function lines(...texts: string[]): HTMLElement {
  return make("pre", "", make("code", "", texts.join("\n")));
}

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

  /** Shows how to add a node: lines to copy, with this collector's address. */
  showNoNodes(joining: CollectorStatus["joining"]): void {
    const { collector, signed } = joinLines(joining, window.location.hostname);
    this.show(`no nodes ${collector} ${signed}`, () => [
      make("h2", "", "No node has reported yet"),
      make(
        "p",
        "",
        "Install the agent on every machine of the cluster. It needs no configuration and appears here within seconds:",
      ),
      lines("sudo apt install ./nodetelemetry-agent_*.deb"),
      ...(signed ? [make("p", "", KeyHint), lines(...KeyLines)] : []),
      make(
        "p",
        "empty-hint",
        "Still nothing? If the network carries no multicast, let the agent send to this collector by unicast:",
      ),
      lines(
        `echo '${JSON.stringify({ Target: collector, ...(signed ? { KeyFile: KeyPath } : {}) })}' | sudo tee /etc/nodetelemetry/agent.json`,
        "sudo systemctl reload nodetelemetry-agent",
      ),
      ...(signed
        ? []
        : [
            make("p", "empty-hint", "Without installing it, in a terminal:"),
            lines(`nodetelemetry-agent run --target ${collector}`),
          ]),
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
