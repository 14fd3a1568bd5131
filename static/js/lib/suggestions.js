// Sentences to begin with. A click puts one into the field, to be changed at will.

/** Let the buttons below `root` fill `field`. Nothing is sent by them. */
export function offerSuggestions(root, field) {
  for (const button of root.querySelectorAll(".suggestions button")) {
    button.addEventListener("click", () => {
      field.value = [field.value.trim(), button.textContent.trim()].filter(Boolean).join(" ");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
}
