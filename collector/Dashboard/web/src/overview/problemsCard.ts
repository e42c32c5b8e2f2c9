import type { Problem } from "../cluster/problems.ts";
import { make, makeName } from "../page/dom.ts";
import { makeWarningIcon } from "../page/icons.ts";
import { nodeAddress } from "../page/route.ts";

/** Shown above the tiles while there are problems. */
export class ProblemsCard {
  readonly root: HTMLElement;
  private readonly list = make("ul", "problems-list");
  private readonly showLost: () => void;
  private shown = "[]";

  constructor(showLost: () => void) {
    this.showLost = showLost;
    this.root = make("section", "problems", this.list);
    this.root.setAttribute("aria-label", "Problems");
    this.root.hidden = true;
  }

  show(problems: readonly Problem[]): void {
    // Rebuilt only when its text differs, so that updates do not blur a focused link.
    const next = JSON.stringify(problems);
    if (next === this.shown) return;
    this.shown = next;
    this.list.replaceChildren(...problems.map((problem) => this.makeRow(problem)));
    this.root.hidden = problems.length === 0;
  }

  private makeRow(problem: Problem): HTMLElement {
    const text = make("span", "problem-text", problem.text);
    const row = make("li", "problem", makeWarningIcon(), text);
    row.dataset["kind"] = problem.kind;
    for (const node of problem.nodes) {
      const name = makeName("");
      name.textContent = node.hostname;
      const link = make("a", "problem-node", name);
      link.href = nodeAddress(node.id);
      link.title = node.hostname;
      row.append(link);
    }
    if (problem.more > 0 && problem.kind !== "lost") row.append(`and ${problem.more} more`);
    if (problem.more > 0 && problem.kind === "lost") {
      const more = make("button", "problem-more", `and ${problem.more} more`);
      more.type = "button";
      more.addEventListener("click", this.showLost);
      row.append(more);
    }
    return row;
  }
}
