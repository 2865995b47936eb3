/* A page that answers by its clocks: it shows what they ask for in tables and timelines, keeps
   the address up to date, and says in words what was asked. */
"use strict";

/** What both kinds of page with clocks share: the address, the controls, the words. */
class ClockPage {
  constructor(main, lookups, first) {
    Object.assign(this, { main, lookups, drawn: null, pushed: -Infinity });
    this.today = dayNumber(main.dataset.today);
    this.last = { on: dayNumber(main.dataset.last), known: this.today };
    this.view = { ...NOW };
    this.first = Math.min(first, this.today);
    this.latest = main.dataset.position;
    this.positions = [...(byId("recorded")?.options ?? [])].map((each) => each.value);
    const merged = (list) => lookups.length === 1 ? list(lookups[0])
      : Int32Array.from(new Set(lookups.flatMap((each) => [...list(each)]))).sort();
    const published = lookups.flatMap((each) => each.state.known.slice(0, 1));
    this.controls = {
      on: new DayControl(byId("clock-on"), {
        first: this.first,
        last: this.last.on,
        today: this.today,
        changes: () => merged((each) => each.changes(each.knownStep(this.view.known))),
        pick: (day, how) => this.pick("on", day, how),
      }),
      known: new DayControl(byId("clock-known"), {
        first: Math.min(this.today, ...published) - 31,
        last: this.last.known,
        today: this.today,
        changes: () => merged((each) => each.state.known),
        pick: (day, how) => this.pick("known", day, how),
      }),
    };
    byId("recorded")?.addEventListener("change", (event) => {
      const { value } = event.target;
      this.go({ ...this.view, recorded: value === this.latest ? null : value }, {});
    });
    addEventListener("hashchange", () => this.follow());
    this.ofToday = [...document.querySelectorAll("[data-today-only]")];
    byId("clocks").hidden = false;
  }

  /** Take the clocks from the address; one that names none (#sources) leaves them. */
  follow() {
    const { hash } = location;
    if (hash && !hash.includes("=")) {
      history.replaceState(null, "", address(this.view) || location.pathname + location.search);
      return this.drawn === null ? this.go(this.view, { keep: true }) : Promise.resolve();
    }
    const { view, entry, problems } = readAddress(hash, this);
    return this.go(view, { keep: true, problems, entry });
  }

  pick(clock, day, { dragging = false, typed = null }) {
    if (typed !== null && day === null) {
      this.complain([word("no-date", { given: typed, clock })]);
      return;
    }
    if (day !== null && day > this.last[clock]) {
      this.complain([tooLate(day, this.last[clock], this.today)]);
      return;
    }
    const now = clock === "on" && day === this.today;
    this.go({ ...this.view, [clock]: now ? null : day }, { keep: dragging });
  }

  complain(problems) {
    const box = byId("problem");
    box.hidden = !problems.length;
    box.textContent = problems.join(" ");
  }

  /** Show a view, and keep it in the address. */
  async go(view, { keep = false, problems = [], entry = null }) {
    try {
      await this.prepare(view);
    } catch (error) {
      this.complain([word("not-loaded", { file: error.message })]);
      this.showControls();
      return;
    }
    this.view = view;
    this.complain(problems);
    if (!keep) this.remember();
    const started = performance.now();
    this.show();
    this.main.dataset.milliseconds = (performance.now() - started).toFixed(1);
    if (entry) this.openNamed(entry);
  }

  /** Overridden where another position of the log is another file. */
  async prepare() {}

  openNamed() {}

  /** Write the address: changes in quick succession, as with an arrow key, are one step back. */
  remember() {
    const at = address(this.view) || location.pathname + location.search;
    if (at === location.hash) return;
    const now = performance.now();
    if (now - this.pushed < 1000) history.replaceState(null, "", at);
    else history.pushState(null, "", at);
    this.pushed = now;
  }

  get day() {
    return this.view.on ?? this.today;
  }

  /** Return the clocks in words: on, known, recorded. */
  said() {
    const { known, recorded } = this.view;
    const left = this.lookups.reduce(
      (sum, each) => sum + (each.state.left_out[each.knownStep(known)] ?? 0), 0);
    const sources = known === null
      ? word("all-sources") : word("sources-by", { day: isoDay(known) });
    const leftOut = word(left === 1 ? "left-out-one" : "left-out", { number: left });
    const position = recorded ?? this.latest;
    return [
      word("as-of", { day: isoDay(this.day) }),
      known !== null && left ? `${sources} (${leftOut})` : sources,
      word(recorded === null ? "recorded-end" : "recorded-to", { position }),
    ];
  }

  showControls() {
    const [on, known, recorded] = this.said();
    this.controls.on.show(this.view.on, on);
    this.controls.known.show(this.view.known, known);
    if (byId("recorded")) {
      byId("recorded").value = this.view.recorded ?? this.latest;
      byId("recorded-output").textContent = recorded;
    }
    byId("clock-words").replaceChildren(...this.said().map((each) => element("li", {}, each)));
    const other = byId("other-language");
    if (other) other.hash = address(this.view);
  }

  show() {
    this.showControls();
    const drawn = JSON.stringify([this.view.known, this.view.recorded]);
    const redraw = drawn !== this.drawn;
    this.drawn = drawn;
    let entries = 0, disputed = 0;
    this.lookups.forEach((lookup, number) => {
      const known = lookup.knownStep(this.view.known);
      const rows = lookup.rowsOn(this.day, known);
      entries += rows.reduce((sum, each) => sum + (each !== -1), 0);
      disputed += this.tables[number].show(rows);
      if (redraw) {
        this.timelines[number].layOut(known);
        this.tables[number].refresh();
      }
      this.timelines[number].point(this.day);
    });
    byId("nothing").hidden = entries > 0;
    for (const each of this.ofToday) each.hidden = Boolean(address(this.view));
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      byId("summary").textContent =
        word(entries === 1 ? "summary-one" : "summary", { entries, disputed });
    }, 250);
  }
}
