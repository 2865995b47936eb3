/* The table of a state. A slot keeps its elements while it comes and goes, so that focus and
   open claims stay, and only rows that differ are touched. */
"use strict";

function standingMark(code, said) {
  return element("span", { class: `standing s-${code}` }, said);
}

const linesOf = (lines, tag = "div") => lines.map((each) => element(tag, {}, each));

/** The rows of one mission's table. A slot keeps its elements, so that focus and claims stay. */
class Answers {
  constructor(lookup, table, { links, claims }) {
    Object.assign(this, { lookup, table, links, claims });
    this.parts = new Map(lookup.slots.map((_, slot) => [slot, null]));
    this.rows = new Int32Array(lookup.slots.length).fill(-1);
    for (const body of table.querySelectorAll("tbody")) body.remove();
    this.bodies = lookup.wording.facets.map(([name, label]) => {
      const title = element("th", { colspan: 4, scope: "rowgroup", role: "rowheader" }, label);
      const body = element("tbody", { "data-facet": name, role: "rowgroup", hidden: "" },
        element("tr", { class: "facet", role: "row" }, title));
      table.append(body);
      return body;
    });
  }

  /** Show a day's rows; only those that differ from what is shown are touched. */
  show(rows) {
    const shown = new Array(this.bodies.length).fill(0);
    let facet = -1, next = null;
    for (let slot = rows.length - 1; slot >= 0; slot--) {
      if (this.lookup.slots[slot][0] !== facet) {
        facet = this.lookup.slots[slot][0];
        next = null;
      }
      const row = rows[slot], before = this.rows[slot];
      if (row === -1) {
        if (before !== -1) this.remove(slot);
        continue;
      }
      const part = this.parts.get(slot) ?? this.create(slot);
      if (row !== part.row) this.fill(part, row);
      if (before === -1) {
        this.bodies[facet].insertBefore(part.line, next);
        if (part.open) this.bodies[facet].insertBefore(part.claims, next);
      }
      next = part.line;
      shown[facet] += 1;
    }
    this.rows = rows;
    this.bodies.forEach((body, number) => { body.hidden = !shown[number]; });
    this.table.hidden = !shown.some(Boolean);
    return rows.reduce((sum, row) => sum + (row !== -1 && this.lookup.row(row).disputed), 0);
  }

  create(slot) {
    const part = { slot, row: -1, open: false, claims: null };
    part.name = this.claims
      ? element("button", { type: "button", class: "name", "aria-expanded": "false" })
      : element("a", { class: "name" });
    part.what = element("div", { class: "what" });
    part.cells = ["standing", "when", "sources"].map((name) =>
      element("td", { role: "cell", class: name, "data-label": word(`column-${name}`) }));
    part.line = element("tr", { role: "row", "data-slot": slot },
      element("th", { scope: "row", role: "rowheader" }, part.name, part.what), ...part.cells);
    if (this.claims) part.name.addEventListener("click", () => this.toggle(part));
    this.parts.set(slot, part);
    return part;
  }

  fill(part, number) {
    const row = this.lookup.row(number);
    part.row = number;
    part.name.textContent = row.name[0];
    part.what.replaceChildren(
      ...row.name.slice(1).map((each) => element("div", { class: "key" }, each)),
      ...linesOf(row.below));
    part.cells[0].replaceChildren(standingMark(row.code, row.said),
      ...(row.disputed ? [" ", element("span", { class: "disputed" }, word("disputed"))] : []));
    part.cells[1].replaceChildren(...linesOf(row.when));
    part.cells[2].replaceChildren(...row.sources.flatMap((each, at) =>
      at ? [" ", this.links.source(each)] : [this.links.source(each)]));
    if (part.open) this.claims(part);
    if (!this.claims) part.name.href = this.links.entry(part.slot);
  }

  remove(slot) {
    const part = this.parts.get(slot);
    if (part.line.contains(document.activeElement)) this.table.focus();
    part.line.remove();
    part.claims?.remove();
  }

  toggle(part) {
    part.open = !part.open;
    part.name.setAttribute("aria-expanded", String(part.open));
    if (!part.open) {
      part.claims.remove();
      return;
    }
    if (!part.claims) {
      part.cell = element("td", { colspan: 4, role: "cell" });
      part.claims = element("tr", { class: "claims", role: "row", id: `claims-${part.slot}` },
        part.cell);
      part.name.setAttribute("aria-controls", part.claims.id);
    }
    part.line.after(part.claims);
    this.claims(part);
  }

  /** Open a slot that is shown, and go to it. */
  open(slot) {
    const part = this.parts.get(slot);
    if (!part || this.rows[slot] === -1) return false;
    if (!part.open) this.toggle(part);
    part.line.scrollIntoView({ block: "center" });
    part.name.focus({ preventScroll: true });
    return true;
  }

  /** Bring what depends on the clocks alone up to date: open claims and links. */
  refresh() {
    for (const part of this.parts.values()) {
      if (!part || this.rows[part.slot] === -1) continue;
      if (part.open) this.claims(part);
      if (!this.claims) part.name.href = this.links.entry(part.slot);
    }
  }
}
