// How much room is left in a long text. Words are never cut: the field takes more, and says so.
for (const hint of document.querySelectorAll("[data-count-for]")) {
  const field = document.getElementById(hint.dataset.countFor);
  const show = () => {
    const left = Number(hint.dataset.limit) - [...field.value].length;
    const rounded = left > 100 ? Math.floor(left / 10) * 10 : Math.abs(left);
    const words = left < 0 ? hint.dataset.over : hint.dataset.left;
    hint.textContent = words.replace("{count}", rounded.toLocaleString(document.documentElement.lang));
  };
  field.addEventListener("input", show);
  show();
}
