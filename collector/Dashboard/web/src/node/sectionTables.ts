import type { NodeStatus, SectionEntry } from "../api/contract.ts";
import { make, makeName, setText } from "../page/dom.ts";
import { Meter } from "../page/meter.ts";
import { CounterRates } from "./counterRates.ts";
import { SectionTables, type CellText, type SectionTable } from "./sections.ts";

/** Rows beyond this are only in the raw status. */
const RowsMax = 64;

/** The tables of sections with entries: disks, interfaces, sensors. */
export class SectionCards {
  readonly root = make("div", "sections");
  private readonly cards = SectionTables.map((table) => new SectionCard(table));

  constructor() {
    this.root.append(...this.cards.map((card) => card.root));
  }

  show(status: NodeStatus): void {
    for (const card of this.cards) card.show(status);
  }
}

class SectionCard {
  readonly root: HTMLElement;
  private readonly table: SectionTable;
  private readonly body = make("tbody", "");
  private readonly more = make("p", "section-more");
  private readonly rates = new CounterRates();
  private rows = new Map<string, Row>();

  constructor(table: SectionTable) {
    this.table = table;
    const titles = [table.entry, ...table.columns.map((column) => column.title)];
    const head = make("tr", "", ...titles.map((title) => make("th", "", title)));
    for (const cell of head.children) cell.setAttribute("scope", "col");
    const content = make("table", "", make("thead", "", head), this.body);
    this.root = make("section", "section", make("h2", "section-title", table.title), content, this.more);
    this.root.hidden = true;
  }

  show(status: NodeStatus): void {
    const entries = Object.entries(this.getEntries(status));
    this.root.hidden = entries.length === 0;
    const shown = entries.slice(0, RowsMax);
    if (shown.map(([name]) => name).join("\n") !== [...this.rows.keys()].join("\n")) {
      this.rows = new Map(shown.map(([name]) => [name, this.rows.get(name) ?? new Row(name, this.table)]));
      this.body.replaceChildren(...[...this.rows.values()].map((row) => row.root));
    }
    const time = status.readings?.time;
    for (const [name, entry] of shown) {
      this.rows.get(name)!.show(entry, (field) => this.rates.rate(`${name}\n${field}`, getNumber(entry, field), time));
    }
    this.more.hidden = entries.length <= RowsMax;
    if (!this.more.hidden) setText(this.more, `and ${entries.length - RowsMax} more, in the raw status below`);
  }

  private getEntries(status: NodeStatus): Record<string, SectionEntry> {
    const section = status.readings?.[this.table.section];
    return typeof section === "object" && !Array.isArray(section) ? section : {};
  }
}

class Row {
  readonly root: HTMLElement;
  private readonly table: SectionTable;
  private readonly cells: Cell[];

  constructor(name: string, table: SectionTable) {
    this.table = table;
    this.cells = table.columns.map(() => new Cell());
    const title = makeName("");
    title.textContent = name;
    const heading = make("th", "section-entry", title);
    heading.scope = "row";
    heading.title = name;
    this.root = make("tr", "", heading, ...this.cells.map((cell) => cell.root));
  }

  show(entry: SectionEntry, rate: (field: string) => number | undefined): void {
    this.table.columns.forEach((column, index) => this.cells[index]!.show(column.cell(entry, rate)));
  }
}

class Cell {
  readonly root: HTMLElement;
  private readonly text = make("bdi", "section-text");
  private meter: Meter | undefined;

  constructor() {
    this.root = make("td", "", this.text);
  }

  show(cell: CellText | string | undefined): void {
    const { text, ratio, level } = typeof cell === "string" || cell === undefined ? { text: cell ?? "" } : cell;
    setText(this.text, text);
    this.root.dataset["level"] = level ?? "calm";
    if (ratio !== undefined && this.meter === undefined) {
      this.meter = new Meter();
      this.root.append(this.meter.root);
    }
    this.meter?.set(ratio, level ?? "calm");
  }
}

function getNumber(entry: SectionEntry, field: string): number | undefined {
  const value = entry[field];
  return typeof value === "number" ? value : undefined;
}
