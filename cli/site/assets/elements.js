/* Data files, words, elements and days: what every other script of the site builds on. Data
   files are scripts, since a page read from a disk may load nothing else; each hands its data
   over under a name (cli/site/data_script.py). Text is only ever put into a page as text. */
"use strict";

const handedOver = new Map();
const loading = new Map();

window.ledgerData = (name, data) => handedOver.set(name, data);

/** Return a promise of named data; its file is loaded at most once. */
function data(name, address) {
  if (handedOver.has(name)) return Promise.resolve(handedOver.get(name));
  if (!loading.has(name)) {
    loading.set(name, new Promise((resolve, reject) => {
      const script = element("script", { src: address });
      const failed = () => { loading.delete(name); reject(new Error(address)); };
      script.onload = () => handedOver.has(name) ? resolve(handedOver.get(name)) : failed();
      script.onerror = failed;
      document.head.append(script);
    }));
  }
  return loading.get(name);
}

const words = new Map();

/** Return a text of the page's language, its `{places}` filled. */
function word(name, values = {}) {
  const text = words.has(name) ? words.get(name) : name;
  return text.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
}

const byId = (id) => document.getElementById(id);

function element(tag, attributes = {}, ...children) {
  return built(document.createElement(tag), attributes, children);
}

function shape(tag, attributes = {}, ...children) {
  return built(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function built(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((each) => each !== null && each !== undefined));
  return made;
}

const DAY = 86400000;
const EPOCH = 719163; // 1970-01-01 as a day number; 0001-01-01 is 1

/** Return the day number of an ISO date; null if it is none. */
function dayNumber(text) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!parts) return null;
  const date = new Date(0);
  date.setUTCFullYear(+parts[1], +parts[2] - 1, +parts[3]);
  const number = Math.round(date.getTime() / DAY) + EPOCH;
  return number >= 1 && isoDay(number) === text ? number : null;
}

function isoDay(number) {
  return new Date((number - EPOCH) * DAY).toISOString().slice(0, 10);
}

/** Return how many of the ascending numbers are at most `value`. */
function step(numbers, value) {
  let low = 0, high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle + 1; else high = middle;
  }
  return low;
}
