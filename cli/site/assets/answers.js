/* The table of a state. A slot keeps its line while it comes and goes, so that focus and open
   claims stay, and only rows that differ are touched: those in view at once, the others as soon
   as the page has been painted. */
"use strict";

const AT_ONCE = 60; // rows that are filled before the next paint wherever they are
const LARGE = 200; // slots from which on blocks out of view are not laid out
const BLOCK = 40; // lines that are laid out together when they come into view
const SLICE = 8; // milliseconds of filling between two paints

/** The rows of one mission's table. */
class Answers {
  /** `links` make the link to a source, and to an entry; `claims` fills the claims of a line. */
  constructor(lookup, table, { links, claims }) {
    Object.assign(this, { lookup, table, links, claims });
    this.lines = new Array(lookup.slots.length).fill(null);
    this.rows = new Int32Array(lookup.slots.length).fill(-1);
    this.pending = new Set();
    this.watch = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) {
        target.near = isIntersecting;
        if (isIntersecting) this.completeBlock(target);
      }
    }, { rootMargin: "300px" });
    addEventListener("beforeprint", () => this.completeAll(Infinity));
    table.classList.toggle("large", lookup.slots.length > LARGE);
    for (const body of table.querySelectorAll("tbody")) body.remove();
    this.layOut();
  }

  /** Make a title for each facet and blocks of lines below it, hidden as long as they are empty. */
  layOut() {
    const { facets } = this.lookup.wording, bySlot = facets.map(() => []);
    this.lookup.slots.forEach(([facet], slot) => bySlot[facet].push(slot));
    this.blocks = [];
    this.titles = facets.map(([name, label], facet) => {
      const title = element("tbody", { "data-facet": name, role: "rowgroup", hidden: "" },
        element("tr", { class: "facet", role: "row" },
          element("th", { colspan: 4, scope: "rowgroup", role: "rowheader" }, label)));
      this.table.append(title);
      for (let at = 0; at < bySlot[facet].length; at += BLOCK) {
        const block = element("tbody", { class: "block", role: "rowgroup", hidden: "" });
        block.slots = bySlot[facet].slice(at, at + BLOCK);
        block.heading = title;
        this.blocks.push(block);
        this.table.append(block);
        this.watch.observe(block);
      }
      return title;
    });
  }

  /** Show a day's rows; return how many are disputed. */
  show(rows) {
    const shown = new Set();
    let disputed = 0, filled = 0;
    for (const block of this.blocks) {
      let next = null;
      for (let at = block.slots.length - 1; at >= 0; at--) {
        const slot = block.slots[at], row = rows[slot], before = this.rows[slot];
        if (row === -1) {
          if (before !== -1) this.remove(this.lines[slot]);
          continue;
        }
        const line = this.lines[slot]
          || (this.lines[slot] = new Line(slot, this.lookup, this.links, this.claims));
        if (row !== line.row) {
          line.wanted = row;
          this.pending.add(line);
          if (block.near || filled < AT_ONCE) filled += this.complete(line);
        }
        if (before === -1) {
          block.insertBefore(line.element, next);
          if (line.open) block.insertBefore(line.claims, next);
        }
        next = line.element;
        disputed += this.lookup.disputed[row];
      }
      block.hidden = next === null;
      if (next) shown.add(block.heading);
    }
    this.rows = rows;
    for (const title of this.titles) title.hidden = !shown.has(title);
    this.table.hidden = !shown.size;
    clearTimeout(this.later);
    if (this.pending.size) this.later = setTimeout(() => this.completeAll(SLICE));
    return disputed;
  }

  complete(line) {
    if (!this.pending.delete(line)) return 0;
    line.fill(line.wanted);
    return 1;
  }

  completeBlock(block) {
    for (const slot of block.slots) if (this.lines[slot]) this.complete(this.lines[slot]);
  }

  /** Fill what is pending for some milliseconds, and the rest after the next paint. */
  completeAll(milliseconds) {
    const end = performance.now() + milliseconds;
    for (const line of this.pending) {
      if (performance.now() > end) {
        this.later = setTimeout(() => this.completeAll(milliseconds));
        return;
      }
      this.complete(line);
    }
  }

  remove(line) {
    this.pending.delete(line);
    if (line.element.contains(document.activeElement)) this.table.focus();
    line.element.remove();
    line.claims?.remove();
  }

  /** Open a slot that is shown, and go to it. Returns whether it is shown. */
  open(slot) {
    const line = this.lines[slot];
    if (!line || this.rows[slot] === -1) return false;
    this.complete(line);
    if (!line.open) line.toggle();
    line.element.scrollIntoView({ block: "center" });
    line.name.focus({ preventScroll: true });
    return true;
  }

  /** Bring what depends on the clocks alone up to date: open claims and links. */
  refresh() {
    for (const line of this.lines) {
      if (line && line.row !== -1 && this.rows[line.slot] !== -1) line.refresh();
    }
  }
}

/** The elements of one slot. Its name opens its claims, or leads to its entry elsewhere. */
class Line {
  constructor(slot, lookup, links, showClaims) {
    Object.assign(this, { slot, lookup, links, showClaims, row: -1, open: false, claims: null });
    this.element = element("tr", { role: "row", "data-slot": slot });
  }

  build() {
    this.name = this.showClaims
      ? element("button", { type: "button", class: "name", "aria-expanded": "false" })
      : element("a", { class: "name" });
    if (this.showClaims) this.name.addEventListener("click", () => this.toggle());
    this.what = element("div", { class: "what" });
    this.cells = ["standing", "when", "sources"].map((name) =>
      element("td", { role: "cell", class: name, "data-label": word(`column-${name}`) }));
    this.element.append(
      element("th", { scope: "row", role: "rowheader" }, this.name, this.what), ...this.cells);
  }

  fill(number) {
    if (!this.name) this.build();
    const row = this.lookup.row(number), [standing, when, sources] = this.cells;
    const lines = (texts, kind) => texts.map((each) => element("div", { class: kind }, each));
    this.row = number;
    this.name.textContent = row.name[0];
    this.what.replaceChildren(...lines(row.name.slice(1), "key"), ...lines(row.below));
    standing.replaceChildren(element("span", { class: `standing s-${row.code}` }, row.said));
    if (row.disputed) {
      standing.append(" ", element("span", { class: "disputed" }, word("disputed")));
    }
    when.replaceChildren(...lines(row.when));
    sources.replaceChildren(...this.lookup.sources(this.slot, number)
      .flatMap((each) => [this.links.source(each), " "]));
    this.refresh();
  }

  refresh() {
    if (!this.showClaims) this.name.href = this.links.entry(this.slot);
    else if (this.open) this.showClaims(this);
  }

  toggle() {
    this.open = !this.open;
    this.name.setAttribute("aria-expanded", String(this.open));
    if (!this.open) {
      this.claims.remove();
      return;
    }
    if (!this.claims) {
      this.cell = element("td", { colspan: 4, role: "cell" });
      this.claims = element("tr", { class: "claims", role: "row", id: `claims-${this.slot}` },
        this.cell);
      this.name.setAttribute("aria-controls", this.claims.id);
    }
    this.element.after(this.claims);
    this.showClaims(this);
  }
}
