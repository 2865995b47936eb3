/* Start the page, once its data files are there. */
"use strict";

function start() {
  for (const each of byId("words")?.content.querySelectorAll("[data-word]") ?? []) {
    words.set(each.dataset.word, each.textContent);
  }
  const main = byId("main"), { mission, nation, position, today } = main.dataset;
  const day = dayNumber(today ?? "");
  let page = null;
  if (mission && byId("answers")) {
    const wording = handedOver.get(`rows:${mission}`);
    const state = handedOver.get(`state:${mission}:${position}`);
    if (!wording || !state) return;
    const axis = new Axis(Math.min((state.days[0] ?? day) - 31, day - 31), day);
    page = new MissionPage(main, new Lookup(wording, state), axis);
  } else if (nation) {
    const sections = [...document.querySelectorAll("[data-of-mission]")];
    const all = sections.map(({ dataset }) =>
      handedOver.get(`nation:${nation}:${dataset.ofMission}`));
    if (!all.length || !all.every(Boolean)) return;
    const first = Math.min(day, ...all.map((each) => each.days[0] ?? day)) - 31;
    const lookups = all.map((each) => new Lookup(each, each));
    page = new NationPage(main, lookups, new Axis(first, day), sections);
  }
  page?.follow();
}

document.addEventListener("DOMContentLoaded", start);
