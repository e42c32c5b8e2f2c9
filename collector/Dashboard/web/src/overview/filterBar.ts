import { NodeSorts, type NodeSort } from "../cluster/nodeOrder.ts";
import { make, setText } from "../page/dom.ts";
import { readChoice, readPreference, writePreference } from "../page/preferences.ts";

const SortWords: Record<NodeSort, string> = {
  name: "by name",
  state: "by state",
  cpu: "by CPU",
  temperature: "by temperature",
};

/** The filter and the sort order of the nodes. Both are remembered across visits. */
export class FilterBar {
  readonly root: HTMLElement;
  private readonly input = make("input", "filter-input");
  private readonly select = make("select", "sort-select");
  private readonly matches = make("span", "filter-matches");
  private readonly onChange: () => void;

  constructor(onChange: () => void) {
    this.onChange = onChange;
    this.input.type = "search";
    this.input.placeholder = "Filter: name, label, lost…";
    this.input.title =
      "Words that must all match: host name, label, address, or a state (up, late, lost, left). Key: /";
    this.input.setAttribute("aria-label", "Filter nodes");
    this.input.setAttribute("aria-keyshortcuts", "/");
    this.input.autocomplete = "off";
    this.input.spellcheck = false;
    this.input.value = readPreference("filter") ?? "";
    this.input.addEventListener("input", () => this.keepFilter());

    this.select.setAttribute("aria-label", "Sort nodes");
    for (const sort of NodeSorts) this.select.append(new Option(SortWords[sort], sort));
    this.select.value = readChoice("sort", NodeSorts, "name");
    this.select.addEventListener("change", () => {
      writePreference("sort", this.select.value);
      this.onChange();
    });
    this.root = make("div", "filter-bar", this.matches, this.input, this.select);
    this.root.setAttribute("role", "search");
  }

  get text(): string {
    return this.input.value;
  }

  get sort(): NodeSort {
    return this.select.value as NodeSort;
  }

  setText(text: string): void {
    this.input.value = text;
    this.keepFilter();
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  showMatches(shown: number, all: number): void {
    setText(this.matches, shown === all ? "" : `${shown} of ${all}`);
  }

  /** Esc first clears the box, then leaves it. Returns whether there was anything to do. */
  escape(): boolean {
    if (document.activeElement !== this.input) return false;
    if (this.text !== "") this.setText("");
    else this.input.blur();
    return true;
  }

  private keepFilter(): void {
    writePreference("filter", this.text);
    this.onChange();
  }
}
