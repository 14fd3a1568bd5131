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

// "toggle" does not bubble, so it is caught on its way down.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.matches?.(OPEN)) target.lastElementChild.scrollIntoView({ block: "nearest" });
  },
  true,
);
