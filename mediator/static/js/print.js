// A button that prints. It stands in a template element: without JavaScript there is the browser's own way.
for (const template of document.querySelectorAll("template[data-print]")) {
  const button = template.content.firstElementChild.cloneNode(true);
  button.addEventListener("click", () => print());
  template.replaceWith(button);
}
