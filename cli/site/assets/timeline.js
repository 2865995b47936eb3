/* The timeline of a mission: a lane for each period or count up to today, so that what is
   stale looks stale. Looks differ in outline, height and pattern as well as in colour. A
   lane's claims and words are in the table; the timeline is a picture of it. */
"use strict";

const FADING_STEP = 91; // days
const FADES_OVER = 20; // steps after the last certain day until a bar is as pale as it gets
const PALE = 0.12, FULL = 0.85;
const LANES_A_BLOCK = 30, DRAWN_AT_ONCE = 60;
const COUNT_HEIGHT = 48, BAR_HEIGHT = 18;
const KIND = 4; // what a count counts; its ceiling is one of the same kind

/** The days that a timeline's plot spans. */
class Axis {
  constructor(first, last) {
    this.first = first;
    this.length = last - first + 1;
    this.last = last;
  }

  /** Return where a day begins, in percent of the plot's width. */
  at(day) {
    return Math.min(Math.max((day - this.first) / this.length, 0), 1) * 100;
  }

  day(share) {
    return Math.min(Math.max(this.first + Math.floor(share * this.length), this.first), this.last);
  }

  /** Return dates to mark, [day, label], at most `room` of them. */
  ticks(room) {
    const years = this.length / 365.25;
    const months = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000]
      .find((each) => (years * 12) / each <= room) ?? 24000;
    const found = [];
    const start = new Date((this.first - EPOCH) * DAY);
    let month = start.getUTCFullYear() * 12 + start.getUTCMonth();
    month = Math.ceil(month / months) * months;
    for (; ; month += months) {
      const year = String(Math.floor(month / 12)).padStart(4, "0");
      const iso = `${year}-${String(month % 12 + 1).padStart(2, "0")}`;
      const day = dayNumber(`${iso}-01`);
      if (day === null || day > this.last) return found;
      if (day >= this.first) found.push([day, months % 12 ? iso : year]);
    }
  }
}

/** The bars of one mission: a lane for each period or count, drawn when it comes into view. */
class Timeline {
  constructor(lookup, plot, axis, { pickDay, pickSlot }) {
    Object.assign(this, { lookup, plot, axis, pickSlot });
    this.lines = element("div", { class: "grid" });
    this.mark = element("div", { class: "on-day" }, element("span"));
    this.lanes = element("div", { class: "lanes" });
    plot.replaceChildren(this.lines, this.lanes, this.mark);
    this.watch = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) {
        target.near = isIntersecting;
        if (isIntersecting) this.draw(target);
      }
    }, { rootMargin: "400px" });
    new ResizeObserver(() => this.drawGrid()).observe(plot);
    addEventListener("beforeprint", () => this.blocks.forEach((each) => this.draw(each)));
    this.lanes.addEventListener("click", (event) => {
      const lane = event.target.closest(".lane");
      if (event.target.closest(".lane-name")) return this.pickSlot(lane.slots);
      const box = (lane ?? this.lanes).querySelector("svg")?.getBoundingClientRect();
      if (box?.width) pickDay(axis.day((event.clientX - box.left) / box.width));
    });
    this.blocks = [];
    this.names = this.groupSlots();
  }

  /** Return the lanes: slots of the same facet, key and period. */
  groupSlots() {
    const found = new Map();
    this.lookup.slots.forEach(([facet, key, period], slot) => {
      const name = `${facet}/${key}/${period}`;
      if (!found.has(name)) found.set(name, { facet, key, period, slots: [] });
      found.get(name).slots.push(slot);
    });
    return [...found.values()];
  }

  /** Lay the lanes out that have anything at a step of `known`. */
  layOut(known) {
    this.known = known;
    for (const block of this.blocks) this.watch.unobserve(block);
    this.blocks = [];
    const facets = this.lookup.wording.facets.map(() => []);
    for (const lane of this.names) {
      const segments = this.segments(lane, known);
      if (segments.length) facets[lane.facet].push({ ...lane, segments });
    }
    this.ceilings = this.findCeilings(facets);
    this.lanes.replaceChildren(...facets.flatMap((lanes, facet) => {
      if (!lanes.length) return [];
      const parts = [element("div", { class: "lanes-of" }, this.lookup.wording.facets[facet][1])];
      for (let at = 0; at < lanes.length; at += LANES_A_BLOCK) {
        const block = element("div", { class: "block" });
        block.pending = lanes.slice(at, at + LANES_A_BLOCK);
        block.style.minHeight = `${block.pending.length * 1.5}rem`;
        this.blocks.push(block);
        parts.push(block);
      }
      return parts;
    }));
    let drawn = 0;
    for (const block of this.blocks) {
      drawn += block.pending.length;
      if (drawn <= DRAWN_AT_ONCE) this.draw(block);
      this.watch.observe(block);
    }
  }

  /** Return the segments of a lane; what is assumed pales from the day `since`. */
  segments(lane, known) {
    const found = [];
    for (const slot of lane.slots) {
      let last = null, since = null;
      for (const span of this.lookup.spans(slot, known)) {
        const row = this.lookup.row(span.row);
        if (row.code === "certain") since = span.to + 1;
        else if (row.code === "assumed") since ??= span.from;
        if (span.to < this.axis.first || span.from > this.axis.last) continue;
        if (last && last.to === span.from - 1 && !row.quantity
            && last.row.code === row.code && last.row.disputed === row.disputed) {
          last.to = span.to;
          continue;
        }
        last = { ...span, row, since };
        found.push(last);
      }
    }
    return found;
  }

  /** Return the segments of ceilings by the key that they limit. */
  findCeilings(facets) {
    const at = this.lookup.wording.facets.findIndex(([name]) => name === "ceiling");
    return new Map((facets[at] ?? []).map((lane) => [lane.key, lane.segments]));
  }

  draw(block) {
    if (!block.pending) return;
    block.replaceChildren(...block.pending.map((lane) => {
      const { row } = lane.segments[lane.segments.length - 1];
      const name = lane.period > 1 ? `${row.name[0]} (${lane.period})` : row.name[0];
      const counts = Boolean(row.quantity);
      const made = element("div", { class: "lane" },
        element("div", { class: "lane-name", title: row.name.join("\n") }, name),
        counts ? this.steps(lane, name) : this.bars(lane, name));
      made.slots = lane.slots;
      return made;
    }));
    block.style.minHeight = "";
    block.pending = null;
  }

  title(name, segment) {
    const days = segment.from === -Infinity
      ? segment.to === Infinity ? word("days-all") : word("days-to", { to: isoDay(segment.to) })
      : segment.to === Infinity ? word("days-from", { from: isoDay(segment.from) })
        : word("days-both", { from: isoDay(segment.from), to: isoDay(segment.to) });
    const { said, disputed, below, quantity } = segment.row;
    const what = quantity && below.length ? `${name}: ${below[0]}` : name;
    const standing = disputed ? `${said}, ${word("disputed")}` : said;
    return shape("title", {}, `${what}\n${days}\n${standing}`);
  }

  extent(segment) {
    const left = this.axis.at(segment.from), right = this.axis.at(segment.to + 1);
    return { x: `${left}%`, width: `${Math.max(right - left, 0)}%`, left, right };
  }

  bars(lane, name) {
    return shape("svg", { height: BAR_HEIGHT, width: "100%" }, ...lane.segments.map((segment) => {
      const { code, disputed } = segment.row, { x, width } = this.extent(segment);
      const [y, height] = { expected: [4.5, 9], "presumed-ended": [8.5, 7] }[code] ?? [2.5, 13];
      const place = { x, width, y, height };
      const fill = code === "assumed" ? `url(#${this.fading(segment)})` : null;
      return shape("g", {}, this.title(name, segment),
        shape("rect", { ...place, class: `bar b-${code}`, fill }),
        disputed ? shape("rect", { ...place, class: "bar hatched" }) : null);
    }));
  }

  /** Return the id of a gradient that pales from the day after the last certain one. */
  fading({ from, to, since }) {
    const first = Math.max(from, this.axis.first), last = Math.min(to, this.axis.last);
    const age = Math.min(Math.round((first - since) / FADING_STEP), FADES_OVER);
    const length = Math.max(Math.round((last - first) / FADING_STEP), 1);
    const id = `fade-${age}-${length}`;
    if (!byId(id)) {
      const opacity = (steps) => FULL - (FULL - PALE) * Math.min(steps / FADES_OVER, 1);
      const stop = (offset, steps) => shape("stop",
        { offset, "stop-opacity": opacity(steps), class: "bar-colour" });
      const knee = Math.min((FADES_OVER - age) / length, 1);
      byId("looks").append(
        shape("linearGradient", { id }, stop(0, age), stop(knee, age + length)));
    }
    return id;
  }

  /** Draw counts as steps: a line at each bound that is stated, a band between both. */
  steps(lane, name) {
    const limits = this.ceilings.get(lane.key);
    const kinds = new Set(lane.segments.map(({ row }) => row.quantity[KIND]));
    const over = !limits || limits === lane.segments ? []
      : limits.filter(({ row }) => kinds.has(row.quantity[KIND]));
    const values = [...lane.segments, ...over].flatMap(({ row }) => row.quantity.slice(0, 2));
    const most = Math.max(1, ...values.filter((each) => each !== null)) * 1.3;
    const y = (value) => COUNT_HEIGHT - 2 - (value / most) * (COUNT_HEIGHT - 4);
    const parts = lane.segments.map((segment) => this.countStep(segment, name, y));
    for (const segment of over) {
      const { code, disputed, quantity: [, max] } = segment.row;
      const { x, width, right } = this.extent(segment);
      if (max !== null) {
        const line = { x1: x, x2: `${right}%`, y1: y(max), y2: y(max) };
        parts.push(shape("g", {}, this.title(word("ceiling"), segment),
          disputed ? shape("rect", { x, width, y: y(max) - 3, height: 6, class: "hatched" }) : null,
          shape("line", { ...line, class: `limit c-${code}` })));
      }
    }
    parts.push(...this.numbers(lane, y));
    return shape("svg", { height: COUNT_HEIGHT, width: "100%" }, ...parts);
  }

  countStep(segment, name, y) {
    const { code, disputed, quantity: [min, max] } = segment.row;
    const { x, width, right } = this.extent(segment);
    const open = min === null || max === null;
    const top = max === null ? 1 : y(max), bottom = y(min ?? 0);
    const band = { x, width, y: top, height: Math.max(bottom - top, 0) };
    const parts = [shape("rect", { ...band, class: open ? "band open" : "band" })];
    if (disputed) {
      parts.push(shape("rect", { ...band, height: Math.max(band.height, 6), class: "hatched" }));
    }
    for (const value of new Set([min, max])) {
      if (value === null) continue;
      const line = { x1: x, x2: `${right}%`, y1: y(value), y2: y(value) };
      parts.push(shape("line", { ...line, class: `count c-${code}` }));
    }
    return shape("g", {}, this.title(name, segment), ...parts);
  }

  /** Return the numbers beside a lane's steps, as far as there is room. */
  numbers(lane, y) {
    const placed = [], room = 4500 / Math.max(this.plot.clientWidth, 1); // 45 px in percent
    for (const segment of lane.segments) {
      const [min, max, approximate] = segment.row.quantity, { left } = this.extent(segment);
      if (min === null && max === null) continue;
      const bounds = min === null ? `≤${max}` : max === null ? `≥${min}`
        : min === max ? `${min}` : `${min}–${max}`;
      const text = approximate ? `~${bounds}` : bounds, above = y(max ?? min) - 4;
      const crowded = placed.some((each) => Math.abs(each.above - above) < 13
        && (Math.abs(each.left - left) < room || (each.text === text && each.to >= segment.from - 1)));
      const [last] = placed.filter((each) => each.text === text).slice(-1);
      if (last) last.to = Math.max(last.to, segment.to);
      if (!crowded) placed.push({ text, left, above, to: segment.to });
    }
    return placed.map(({ text, left, above }) =>
      shape("text", { x: `${Math.min(left + 0.3, 94)}%`, y: Math.max(above, 9) }, text));
  }

  drawGrid() {
    const narrow = this.plot.clientWidth < 560;
    const room = Math.max(2, Math.floor((this.plot.clientWidth - (narrow ? 0 : 224)) / 52));
    this.lines.replaceChildren(...this.axis.ticks(room).map(([day, label]) => {
      const made = element("div", { class: "tick" }, element("span", {}, label));
      made.style.setProperty("--at", this.axis.at(day) / 100);
      return made;
    }));
  }

  /** Move the line of the day asked about. */
  point(day) {
    const at = this.axis.at(day + 0.5) / 100;
    this.mark.style.setProperty("--at", at);
    this.mark.classList.toggle("late", at > 0.85);
    this.mark.firstChild.textContent = isoDay(day);
  }
}
