// Tables that are sorted by their heads, and the manifest.

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const given = [...body.rows];
  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  };
  // Numbers before texts; NaN, which is no number, after all.
  const rank = (value) => (typeof value === "string" ? 1 : Number.isNaN(value) ? 2 : 0);
  const compare = (a, b, sign) => {
    if (rank(a) !== rank(b)) {
      return rank(a) - rank(b);
    }
    if (typeof a === "string") {
      return sign * a.localeCompare(b, undefined, { numeric: true });
    }
    return Number.isNaN(a) ? 0 : sign * (a < b ? -1 : a > b ? 1 : 0);
  };
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const rows = [...given].sort((a, b) => compare(key(a, column), key(b, column), descending ? -1 : 1));
      body.append(...rows);
    });
  });
}

if (byId("manifest")) {
  const text = byId("manifest").textContent;
  byId("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      byId("copied").textContent = "Copied.";
    } catch {
      // Pages from a disk may not write to the clipboard everywhere; the reader can.
      byId("manifest").closest("details").open = true;
      getSelection().selectAllChildren(byId("manifest"));
      byId("copied").textContent = "Selected: copy it with the keyboard.";
    }
  });
  byId("download").addEventListener("click", () => {
    const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    element("a", { href: url, download: "manifest.json" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  });
}
