/* The page of a mission: its table with what each source says, its timeline, earlier positions
   of the record, citations and downloads. */
"use strict";

class MissionPage extends ClockPage {
  constructor(main, lookup, axis) {
    super(main, [lookup], axis.first);
    this.lookup = lookup;
    this.folder = main.dataset.folder;
    this.sources = listedSources(document);
    this.claimsShown = new Map();
    this.tables = [new Answers(lookup, byId("answers"), {
      links: { source: (number) => sourceLink(this.sources, number) },
      claims: (line) => this.showClaims(line),
    })];
    this.timelines = [new Timeline(lookup, byId("plot"), axis, {
      pickDay: (day) => this.pick("on", day, {}),
      pickSlot: (slots) => this.openSlots(slots),
    })];
    byId("timeline-drawn").hidden = false;
    for (const each of document.querySelectorAll("[data-copy]")) {
      each.hidden = false;
      each.addEventListener("click", () => copy(byId(each.dataset.copy), each));
    }
    for (const form of ["json", "csv"]) {
      byId(`download-${form}`).addEventListener("click", () => download(this, form)
        .catch((error) => this.complain([word("not-loaded", { file: error.message })])));
    }
    byId("downloads").hidden = false;
  }

  async prepare({ recorded }) {
    const position = recorded ?? this.latest;
    if (String(this.lookup.state.position) === position) return;
    const { mission } = this.main.dataset;
    const name = `state:${mission}:${position}`;
    this.lookup.take(await data(name, `${this.folder}state-${position}.js`));
  }

  show() {
    super.show();
    cite(this);
  }

  /** Show what each source says in an open line; the files come when they are first needed. */
  async showClaims(line) {
    const { mission } = this.main.dataset, place = this.lookup.slots[line.slot][3];
    const { position } = this.lookup.state, known = this.lookup.knownStep(this.view.known);
    const asked = line.asked = {};
    const { chunks, parts } = this.lookup.wording;
    const chunk = chunks.find(([first, last]) => first <= place && place <= last);
    try {
      const [claims, fates] = await Promise.all([
        data(`claims:${mission}:${chunk[0]}`, this.folder + chunk[2]),
        data(`fates:${mission}:${position}`, `${this.folder}fates-${position}.js`),
      ]);
      if (line.asked !== asked) return; // another view was asked for meanwhile
      if (!this.claimsShown.has(fates)) this.claimsShown.set(fates, byPlace(fates, parts));
      line.cell.replaceChildren(claimList(
        claims.places[place - claims.first], this.claimsShown.get(fates).get(place) ?? [],
        this.lookup.row(line.row), known, position, this.sources));
    } catch (error) {
      if (line.asked === asked) line.cell.textContent = word("not-loaded", { file: error.message });
    }
  }

  /** Open the entry of a lane; where it has none on this day, go to the last day that it has. */
  async openSlots(slots) {
    if (slots.some((slot) => this.tables[0].open(slot))) return;
    const known = this.lookup.knownStep(this.view.known);
    const spans = slots.flatMap((slot) =>
      this.lookup.spans(slot, known).map((span) => ({ ...span, slot })))
      .filter((span) => span.from <= this.today);
    const nearest = spans.reduce((best, span) => (!best || span.to > best.to ? span : best), null);
    if (!nearest) return;
    await this.go({ ...this.view, on: Math.min(nearest.to, this.today) }, {});
    this.tables[0].open(nearest.slot);
  }

  /** Open the entry that an address names: `entry=command/DNK/1`. */
  openNamed(name) {
    const { slots, wording: { facets } } = this.lookup;
    const named = slots.flatMap(([facet, key, period], slot) =>
      `${facets[facet][0]}/${key}/${period}` === name ? [slot] : []);
    if (!named.some((slot) => this.tables[0].open(slot))) {
      this.complain([word("no-entry", { entry: name.slice(0, 60) })]);
    }
  }
}
