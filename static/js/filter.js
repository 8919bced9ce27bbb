// Narrows a list while typing: <input data-filter="ID"> shows the [data-filter-row] inside #ID that
// hold every word typed. An optional [data-filter-count="ID"] says how many are left.

export function startFilter() {
  for (const box of document.querySelectorAll("input[data-filter]")) {
    const list = document.getElementById(box.dataset.filter);
    if (!list) continue;
    const rows = [...list.querySelectorAll("[data-filter-row]")].map((row) => ({ row, text: plain(row.textContent) }));
    const count = document.querySelector(`[data-filter-count="${CSS.escape(box.dataset.filter)}"]`);
    const narrow = () => {
      const words = plain(box.value).split(/\s+/).filter(Boolean);
      let left = 0;
      for (const { row, text } of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) left += 1;
      }
      if (count) count.textContent = words.length ? `${left} of ${rows.length} shown` : "";
    };
    box.addEventListener("input", narrow);
    narrow();
  }
}

// Zoë is found by “zoe”.
function plain(text) {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}
