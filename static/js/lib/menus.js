// Menus are <details>, so that they open without scripts. With them they close like any other: by
// Escape, by a click beside them; and one that opens comes wholly into view.

const OPEN = "details.menu[open], details.account[open]";

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (!menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("keydown", ({ key, target }) => {
  const menu = key === "Escape" && (target.closest(OPEN) ?? document.querySelector(OPEN));
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// "toggle" does not bubble, so it is caught on its way down. The list an open menu hangs out of is
// named by a class: to look for one by :has() would be asked of all rows with each that comes.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches?.("details.menu, details.account")) return;
    target.closest(".inbox")?.classList.toggle("has-open-menu", target.open);
    if (target.open) target.lastElementChild.scrollIntoView({ block: "nearest" });
  },
  true,
);
