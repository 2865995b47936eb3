/* Read the table of a mission's page at many addresses, as a reader sees it. Equal rows and equal
   tables are handed over once: {rows, tables: [numbers of rows], views: [numbers of tables],
   words: [texts of the clocks]}. */
async (addresses) => {
  const clocks = document.getElementById("clock-words");
  const rows = new Map(), tables = new Map(), told = [], listed = [], views = [], words = [];

  const lines = (parts) => [...parts].map((each) => each.textContent);
  const read = (row) => {
    if (row.classList.contains("facet")) return { facet: row.textContent };
    const [name, standing, when, sources] = row.cells;
    return {
      name: [name.querySelector(".name").textContent, ...lines(name.querySelectorAll(".key"))],
      below: lines(name.querySelectorAll(".what > div:not(.key)")),
      standing: [...standing.children].map((each) => each.textContent),
      when: lines(when.children),
      sources: lines(sources.querySelectorAll("a")).sort((one, other) => one - other),
    };
  };
  const numbered = (map, list, key, make) => {
    if (!map.has(key)) { map.set(key, map.size); list.push(make()); }
    return map.get(key);
  };

  for (const address of addresses) {
    const shown = new Promise((resolve) => {
      new MutationObserver((_, observer) => { observer.disconnect(); resolve(); })
        .observe(clocks, { childList: true });
    });
    location.replace(address);
    await shown;
    const problem = document.getElementById("problem");
    if (!problem.hidden) throw new Error(`${address}: ${problem.textContent}`);
    const table = document.getElementById("answers"), nothing = document.getElementById("nothing");
    const here = [];
    for (const row of table.hidden ? [] : table.querySelectorAll("tbody:not([hidden]) > tr")) {
      here.push(numbered(rows, told, row.innerHTML, () => read(row)));
    }
    if (nothing.hidden === !here.length) throw new Error(`${address}: rows, or word of none?`);
    views.push(numbered(tables, listed, here.join(), () => here));
    words.push(lines(clocks.children));
  }
  return { rows: told, tables: listed, views, words };
}
