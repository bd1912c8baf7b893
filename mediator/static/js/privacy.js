// The words about who will read an answer follow the box below it. CSS does this by :has; old browsers need help.
if (!CSS.supports("selector(:has(*))")) {
  for (const box of document.querySelectorAll(".leave input")) {
    const part = box.closest(".part");
    const show = () => part.toggleAttribute("data-ticked", box.checked);
    box.addEventListener("change", show);
    show();
  }
}
