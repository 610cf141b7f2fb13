"use strict";
// Finding and sorting in the table of all molecules. Without it the page shows the same rows, best first.
(() => {
  const STEP = 200;
  const box = document.getElementById("molecules");
  const table = box.querySelector("table");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  let rows = null, order = null, shown = STEP, words = "";

  // The rows beyond the first lie in <noscript>, as text, and become rows when they are first asked for.
  const folded = () => {
    const page = document.createElement("template");
    page.innerHTML = box.querySelector("noscript")?.textContent ?? "";
    return [...page.content.querySelectorAll("tbody tr")];
  };
  const all = () => (rows ??= [...body.rows, ...folded()]);
  const total = Number(box.dataset.total);
  const cell = (row, column) => row.cells[column].textContent.trim();

  const tools = document.createElement("div");
  tools.className = "tools";
  tools.innerHTML = '<label for="find">Find a name, a SMILES or a word</label><input id="find" type="search">' +
    '<button type="button">Show all again</button><span role="status"></span>';
  box.insertBefore(tools, box.querySelector(".wide"));
  const more = document.createElement("button");
  more.type = "button";
  more.className = "shown";
  table.closest(".wide").after(more);
  const offer = (found) => {
    more.hidden = found <= shown;
    more.textContent = `Show ${Math.min(STEP, found - shown)} more of ${found}`;
  };

  const show = () => {
    let found = order ?? all();
    if (words) found = found.filter((row) => (row.text ??= row.textContent.toLowerCase()).includes(words));
    body.replaceChildren(...found.slice(0, shown));
    table.caption.textContent = `${Math.min(shown, found.length)} of ${found.length}`;
    offer(found.length);
    tools.querySelector("[role=status]").textContent = `${found.length} of ${total} molecules`;
  };

  const number = (text) => (text === "" ? NaN : Number(text.replace("\u2212", "-")));
  const sort = (column, sign) => {
    const keyed = all().map((row) => [cell(row, column), row]);
    const numeric = keyed.every(([text]) => text === "" || !Number.isNaN(number(text)));
    const after = (a, b) => (numeric ? number(a) - number(b) : a.localeCompare(b));
    keyed.sort(([a], [b]) => (a === "") - (b === "") || sign * after(a, b));
    order = keyed.map(([, row]) => row);
  };

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.title = "Sort by this column";
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(column, down ? -1 : 1);
      shown = STEP;
      show();
    });
  });
  tools.querySelector("input").addEventListener("input", (event) => {
    words = event.target.value.trim().toLowerCase();
    shown = STEP;
    show();
  });
  tools.querySelector("button").addEventListener("click", () => {
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    tools.querySelector("input").value = words = "";
    order = null;
    shown = STEP;
    show();
  });
  more.addEventListener("click", () => {
    shown += STEP;
    show();
  });
  offer(total);
})();
