/* The page of a nation: what it did in every mission, by the same clocks. */
"use strict";

class NationPage extends ClockPage {
  constructor(main, lookups, axis, sections) {
    super(main, lookups, axis.first);
    this.tables = lookups.map((lookup, number) => {
      const section = sections[number], sources = listedSources(section);
      const { facets, slots } = lookup.wording;
      return new Answers(lookup, section.querySelector("table"), {
        claims: null,
        links: {
          source: (each) => sourceLink(sources, each),
          entry: (slot) => {
            const [facet, key, period] = slots[slot];
            const clocks = address(this.view).slice(1);
            const entry = `entry=${encodeURIComponent(`${facets[facet][0]}/${key}/${period}`)}`;
            return `${section.dataset.page}#${clocks ? `${clocks}&` : ""}${entry}`;
          },
        },
      });
    });
    this.timelines = lookups.map((lookup, number) =>
      new Timeline(lookup, sections[number].querySelector(".plot"), axis, {
        pickDay: (day) => this.pick("on", day, {}),
        pickSlot: () => this.tables[number].table.scrollIntoView({ block: "nearest" }),
      }));
    for (const each of document.querySelectorAll(".timeline")) each.hidden = false;
  }

  show() {
    super.show();
    for (const table of this.tables) table.refresh();
  }
}
