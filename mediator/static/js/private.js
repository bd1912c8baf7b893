// Private pages leave nothing behind for the Back button: the page is emptied when it is left, and a page that comes
// back from the browser's memory is fetched anew. `no-store` alone did not keep such pages out of that memory.
if (document.body.hasAttribute("data-private")) {
  addEventListener("pagehide", () => document.body.replaceChildren());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
