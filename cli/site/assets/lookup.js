/* A mission's rows by both clocks. The answers were worked out when the site was made: a
   rectangle says between which days of both clocks a slot (a line of the table) has which row.
   Nothing is decided here about standings. The data's form: cli/site/mission_data.py, words.py. */
"use strict";

const WIDTH = 6; // slot, row, first and last step of known, first and last step of on

/** Return the numbers whose differences these are. */
function summed(differences) {
  let sum = 0;
  return Int32Array.from(differences, (each) => sum += each);
}

class Lookup {
  constructor(wording, state) {
    const { standing = [], disputed = [], name = [], when = [], below = [], claims = [] } =
      wording.rows;
    Object.assign(this, { wording, slots: wording.slots, standing, disputed });
    this.lists = {
      name: summed(name), when: summed(when), below: summed(below), claims: summed(claims),
    };
    this.shown = new Map();
    this.take(state);
  }

  /** Answer from the record up to another position. */
  take(state) {
    this.state = state;
    this.changesAt = new Map();
    this.first = new Int32Array(this.slots.length + 1);
    state.rects.forEach((numbers, slot) => {
      this.first[slot + 1] = this.first[slot] + (numbers.length / 5) * WIDTH;
    });
    this.rects = new Int32Array(this.first[state.rects.length]);
    let at = 0, row = 0;
    state.rects.forEach((numbers, slot) => {
      for (let from = 0; from < numbers.length; from += 5) {
        row += numbers[from];
        this.rects[at++] = slot;
        this.rects[at++] = row;
        this.rects[at++] = numbers[from + 1];
        this.rects[at++] = numbers[from + 1] + numbers[from + 2];
        this.rects[at++] = numbers[from + 3];
        this.rects[at++] = numbers[from + 3] + numbers[from + 4];
      }
    });
  }

  knownStep(day) {
    return day === null ? this.state.known.length + 1 : step(this.state.known, day);
  }

  /** Return the row of every slot on a day, -1 where it has none. */
  rowsOn(day, known) {
    const on = step(this.state.days, day), rects = this.rects;
    const found = new Int32Array(this.slots.length).fill(-1);
    for (let at = 0; at < rects.length; at += WIDTH) {
      if (rects[at + 2] <= known && known <= rects[at + 3]
          && rects[at + 4] <= on && on <= rects[at + 5]) found[rects[at]] = rects[at + 1];
    }
    return found;
  }

  /** Return the spans of days on which a slot has a row, in order; an open side is infinite. */
  spans(slot, known) {
    const { days } = this.state, rects = this.rects, found = [];
    for (let at = this.first[slot]; at < this.first[slot + 1]; at += WIDTH) {
      if (rects[at + 2] > known || known > rects[at + 3]) continue;
      const on0 = rects[at + 4], on1 = rects[at + 5];
      found.push({
        row: rects[at + 1],
        from: on0 ? days[on0 - 1] : -Infinity,
        to: on1 < days.length ? days[on1] - 1 : Infinity,
      });
    }
    return found.sort((one, other) => one.from - other.from);
  }

  /** Return the days on which some answer begins or ends, in order. */
  changes(known) {
    if (this.changesAt.has(known)) return this.changesAt.get(known);
    const { days } = this.state, rects = this.rects, begins = new Set();
    for (let at = 0; at < rects.length; at += WIDTH) {
      if (rects[at + 2] > known || known > rects[at + 3]) continue;
      if (rects[at + 4]) begins.add(days[rects[at + 4] - 1]);
      if (rects[at + 5] < days.length) begins.add(days[rects[at + 5]]);
    }
    const found = Int32Array.from(begins).sort();
    this.changesAt.set(known, found);
    return found;
  }

  /** Return a row in words. */
  row(number) {
    if (!this.shown.has(number)) {
      const { wording: { text, lists, standings, counts } } = this;
      const { name, when, below, claims } = this.lists;
      const texts = (list) => lists[list[number]].map((each) => text[each]);
      const [code, said] = standings[this.standing[number]];
      this.shown.set(number, {
        code,
        said,
        disputed: Boolean(this.disputed[number]),
        name: texts(name),
        when: texts(when),
        below: texts(below),
        claims: lists[claims[number]],
        quantity: counts[number] ?? null,
      });
    }
    return this.shown.get(number);
  }

  /** Return the numbers of the sources that a slot's row rests on, in the order of its claims. */
  sources(slot, number) {
    const { sources, lists } = this.wording, ofClaims = sources[this.slots[slot][3]];
    const found = lists[this.lists.claims[number]].map((claim) => ofClaims[claim]);
    return [...new Set(found)].filter(Boolean);
  }
}
