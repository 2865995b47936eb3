/* Citing and downloading what a page shows: as plain text, BibTeX and CSL-JSON, and as the
   JSON that `mission state` writes, or a CSV of the same values. `cli/site/citations.py` has the
   citations of the page without scripts, in the same form. */
"use strict";

/** Return the address of a page's view, every clock written out, so that it stays the same. */
function lastingAddress(page) {
  const pinned = { ...page.view, on: page.day, recorded: page.lookup.state.position };
  const site = byId("cite").dataset.address || location.href.replace(/#.*/, "");
  return site + address(pinned);
}

/** Write the citations of a page's view. */
function cite(page) {
  const { title, site, version } = byId("cite").dataset;
  const { position, root } = page.lookup.state, recorded = page.lookup.state.recorded.slice(0, 10);
  const [on, known] = page.said();
  const pinned = word("recorded-to", { position });
  const note = [known, pinned, word("log-root", { size: position, root })].join("; ");
  const url = lastingAddress(page);
  const id = `${page.main.dataset.mission}-${isoDay(page.day)}-${position}`;
  const heading = `${title}, ${on}`;
  const read = new Date().toISOString().slice(0, 10);
  const fields = {
    title: `{${tex(heading)}}`, author: `{${tex(site)}}`, year: recorded.slice(0, 4),
    version: tex(version), note: tex(note),
    url: url.replace(/[{}\\]/g, encodeURIComponent), urldate: read,
  };
  const csl = {
    id, type: "dataset", title: heading, "container-title": site, version, note, URL: url,
    issued: { "date-parts": [dateParts(recorded)] }, accessed: { "date-parts": [dateParts(read)] },
  };
  const quoted = word("quoted", { words: heading }), readOn = word("read-on", { day: read });
  byId("cite-plain").textContent = `${site}: ${quoted}; ${note}. ${url} (${readOn}).`;
  byId("cite-bibtex").textContent = `@misc{${id},\n${
    Object.entries(fields).map(([name, value]) => `  ${name} = {${value}}`).join(",\n")}\n}`;
  byId("cite-csl").textContent = withoutMarkup(JSON.stringify([csl], null, 2));
}

/** Save a page's view as a file. Rejects if its data file cannot be loaded. */
async function download(page, form) {
  const { mission } = page.main.dataset, { lookup } = page;
  const found = await data(`entries:${mission}`, `${page.folder}entries.js`);
  const entry = (row) => Object.fromEntries(
    found.fields.map((field, number) => [field, found.objects[found.entries[row][number]]]));
  const known = lookup.knownStep(page.view.known);
  const { position, left_out: leftOut } = lookup.state;
  const heading = {
    mission,
    on: isoDay(page.day),
    known: page.view.known && isoDay(page.view.known),
    recorded: page.view.recorded,
    position,
  };
  const facets = Object.fromEntries(lookup.wording.facets.map(([name]) => [name, []]));
  lookup.rowsOn(page.day, known).forEach((row, slot) => {
    const [name] = lookup.wording.facets[lookup.slots[slot][0]];
    if (row !== -1) facets[name].push(entry(row));
  });
  const file = `${mission}-${heading.on}-${position}.${form}`;
  if (form === "json") {
    const whole = { ...heading, facets, left_out: { possibly_known_sources: leftOut[known] ?? 0 } };
    save(file, "application/json", JSON.stringify(whole, null, 2));
    return;
  }
  const columns = columnsOf(found.fields, found.entries.map((_, row) => entry(row)));
  const lines = Object.entries(facets).flatMap(([facet, entries]) => entries.map((each) =>
    [...Object.values(heading), facet, ...columns.map((path) => valueAt(each, path))]));
  save(file, "text/csv", [[...Object.keys(heading), "facet", ...columns], ...lines]
    .map((cells) => `${cells.map((each) => csvCell(flat(each))).join(",")}\r\n`).join(""));
}

/** Return CSL-JSON whose texts hold no tags: some processors pass them on to HTML. */
const withoutMarkup = (text) => text.replace(/</g, "‹").replace(/>/g, "›");

const dateParts = (iso) => iso.split("-").map(Number);

function tex(text) {
  const names = {
    "\\": "backslash", "{": "braceleft", "}": "braceright", "~": "asciitilde", "^": "asciicircum",
    "<": "less", ">": "greater",
  };
  return text.replace(/[\\{}%&#$_~^<>]/g, (each) =>
    names[each] ? `\\text${names[each]}{}` : `\\${each}`);
}

// CSV after RFC 4180, one column a field: value.quantity.min. All rows of a mission have the same.

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const paths = (path, value) => !isObject(value) ? [path]
  : Object.keys(value).flatMap((each) => paths(`${path}.${each}`, value[each]));
const valueAt = (value, path) =>
  path.split(".").reduce((found, key) => (isObject(found) ? found[key] : null), value);

function columnsOf(fields, entries) {
  const all = new Set(fields.flatMap((field) =>
    entries.flatMap((each) => paths(field, each[field]))));
  const inner = new Set([...all].map((path) => path.slice(0, path.lastIndexOf("."))));
  return [...all].filter((path) => !inner.has(path));
}

function flat(value) {
  if (value === null || value === undefined || isObject(value)) return "";
  if (!Array.isArray(value)) return shortId(String(value));
  return value.some((each) => each !== null && typeof each === "object")
    ? JSON.stringify(value) : value.map(flat).join("; ");
}

/** Return a text; an id as 12 digits, or more where a spreadsheet would read these as a number. */
function shortId(text) {
  if (!/^[0-9a-f]{64}$/.test(text)) return text;
  let length = 12;
  while (/^[0-9]+(e[0-9]+)?$/.test(text.slice(0, length))) length += 1;
  return text.slice(0, length);
}

/** Return a quoted cell; one that a spreadsheet would take for a formula is marked as text. */
function csvCell(text) {
  const harmless = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

async function copy(from, button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(from.textContent);
    button.textContent = word("copied");
  } catch {
    getSelection().selectAllChildren(from);
    button.textContent = word("selected");
  }
  setTimeout(() => { button.textContent = label; }, 2000);
}
