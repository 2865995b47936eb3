/* The clocks in the address, #on=2021-06-15&known=2020-04-01&recorded=93, and the controls of
   a day: a slider, a date, and buttons to where something changes. */
"use strict";

const NOW = { on: null, known: null, recorded: null };

/** Return the clocks that an address names, and what is wrong with it; `last` are the last days. */
function readAddress(hash, { today, last, positions, latest }) {
  const view = { ...NOW }, problems = [];
  const asked = new URLSearchParams(hash.slice(1));
  for (const clock of ["on", "known"]) {
    if (!asked.has(clock)) continue;
    const given = asked.get(clock), day = dayNumber(given);
    if (day === null) problems.push(word("no-date", { given: given.slice(0, 40), clock }));
    else if (day > last[clock]) problems.push(tooLate(day, last[clock], today));
    else view[clock] = clock === "on" && day === today ? null : day;
  }
  if (asked.has("recorded")) {
    const given = asked.get("recorded");
    if (!positions.includes(given)) {
      problems.push(word("no-position", { given: given.slice(0, 40), latest }));
    } else if (given !== latest) view.recorded = given;
  }
  for (const key of new Set(asked.keys())) {
    const clock = key.replace(/^\W+/, "").toLowerCase();
    if (clock !== key && clock in NOW) problems.push(word("no-clock", { given: key.slice(0, 40), clock }));
  }
  return { view, entry: asked.get("entry"), problems };
}

function tooLate(day, last, today) {
  return word(last === today ? "later" : "too-late", { given: isoDay(day), last: isoDay(last) });
}

function address(view) {
  const parts = [];
  if (view.on !== null) parts.push(`on=${isoDay(view.on)}`);
  if (view.known !== null) parts.push(`known=${isoDay(view.known)}`);
  if (view.recorded !== null) parts.push(`recorded=${view.recorded}`);
  return parts.length ? `#${parts.join("&")}` : "";
}

/** One clock's slider, date and buttons to the day before and after on which something changes. */
class DayControl {
  constructor(root, { first, last, today, changes, pick }) {
    const find = (name) => root.querySelector(`[data-part=${name}]`);
    Object.assign(this, { last, today, slider: find("slider"), date: find("date"), all: find("all") });
    this.output = find("output");
    Object.assign(this.slider, { min: first, max: last, step: 1 });
    this.date.max = isoDay(last);
    this.slider.addEventListener("input", () => pick(+this.slider.value, { dragging: true }));
    this.slider.addEventListener("change", () => pick(+this.slider.value, {}));
    this.date.addEventListener("change", () => {
      pick(dayNumber(this.date.value), { typed: this.date.value });
    });
    this.date.addEventListener("blur", () => this.show(this.day, this.output.textContent));
    this.all?.addEventListener("change", () => {
      pick(this.all.checked ? null : this.day ?? today, {});
    });
    find("back").addEventListener("click", () => this.move(changes(), -1, pick));
    find("on").addEventListener("click", () => this.move(changes(), 1, pick));
  }

  move(days, direction, pick) {
    const from = this.day ?? this.today;
    const next = direction < 0 ? days[step(days, from - 1) - 1] : days[step(days, from)];
    if (next !== undefined && next <= this.last) pick(next, {});
    else if (direction > 0 && from < this.today) pick(this.today, {});
  }

  show(day, said) {
    this.day = day;
    const shown = day ?? this.today;
    this.slider.value = shown;
    this.slider.setAttribute("aria-valuetext", said);
    if (document.activeElement !== this.date) this.date.value = isoDay(shown);
    if (this.all) this.all.checked = day === null;
    this.output.textContent = said;
  }
}
