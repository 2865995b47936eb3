/* What each source says of an entry, and the part that every claim plays in the answer. */
"use strict";

/** Return the list of the claims on an entry, with the part each plays in the answer. */
function claimList(claims, fates, row, known, position, sources) {
  const heard = claims.map((claim, number) => ({ claim, number }))
    .filter(({ claim }) => claim.position <= position);
  const items = heard.map(({ claim, number }) => {
    const fate = fates.find((each) => each.claim === number
      && each.known0 <= known && known <= each.known1);
    return claimItem(claim, fate, row.claims.includes(number), sources);
  });
  if (!items.length) return element("p", {}, word("no-claims"));
  return element("ol", { class: "claim-list" }, ...items);
}

function claimItem(claim, fate, rests, sources) {
  const item = element("li", { class: rests ? "rests" : null });
  const part = fate ? fate.part : word("not-public");
  const [date, basis] = fate?.dated ? claim.otherwise[fate.dated - 1] : [claim.date, claim.basis];
  item.append(element("p", { class: "claim-head" },
    element("strong", {}, claim.role), " ",
    [date, basis].filter(Boolean).join(", "), " ",
    element("span", { class: `part p-${fate ? fate.code : "unpublished"}` },
      fate?.reason ? word("with-reason", { part, reason: fate.reason }) : part)));
  if (claim.words || claim.at) {
    item.append(element("p", {}, ...(claim.words ? [element("q", {}, claim.words)] : []),
      claim.words && claim.at ? ", " : "", claim.at ?? ""));
  }
  if (claim.value?.length) item.append(element("p", {}, claim.value.join("; ")));
  if (claim.note) item.append(element("p", {}, word("note", { note: claim.note })));
  const source = sources.get(claim.source);
  if (source) {
    item.append(element("p", {}, `[${claim.source}] `,
      element("a", { href: source.href }, source.id), `: ${source.line}`));
  }
  item.append(element("p", { class: "origin" },
    word(claim.by ? "recorded-by" : "recorded-at",
      { at: claim.recorded, by: claim.by ?? "", position: claim.position }), " ",
    element("code", { title: claim.event }, claim.event.slice(0, 12))));
  return item;
}

/** Return the fates of a file by place; `parts` are the words of the parts by number. */
function byPlace({ reasons, fates }, parts) {
  const found = new Map();
  for (let at = 0; at < fates.length; at += 7) {
    const [place, claim, known0, known1, part, why, dated] = fates.slice(at, at + 7);
    const [reason, cause] = reasons[why] ?? ["", 0];
    const told = reason && cause ? word("reason-at", { reason, position: cause }) : reason;
    if (!found.has(place)) found.set(place, []);
    found.get(place).push(
      { claim, known0, known1, code: part, part: parts[part], reason: told, dated });
  }
  return found;
}

/** Return the sources that a page lists, by number. */
function listedSources(root) {
  const items = root.querySelectorAll("[data-source]");
  return new Map([...items].map((each) => [+each.dataset.source, {
    id: each.dataset.id,
    line: each.dataset.line,
    href: each.querySelector("a").getAttribute("href"),
  }]));
}

function sourceLink(sources, number) {
  const { href, id, line } = sources.get(number);
  return element("a", { href, title: `${id}: ${line}`, "aria-label": `${number}: ${id}` }, number);
}
