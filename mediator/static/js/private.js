// Private pages leave nothing behind for the Back button: the page is emptied when it is left, and a page that comes
// back from the browser's memory is fetched anew. `no-store` alone did not keep such pages out of that memory.
// A participant's page that nobody touches is covered when its session ends; words that could not be sent are offered.
const IDLE_MS = 15 * 60 * 1000;
const SIGNS = ["input", "keydown", "pointerdown", "scroll"];

if (document.body.hasAttribute("data-private")) {
  addEventListener("pagehide", () => document.body.replaceChildren());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
if (document.body.dataset.closed) coverWhenIdle(document.body.dataset);

function coverWhenIdle(words) {
  let touched = Date.now();
  let timer = setTimeout(look, IDLE_MS);
  const touch = () => (touched = Date.now());
  for (const sign of SIGNS) addEventListener(sign, touch, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });

  function look() {
    clearTimeout(timer);
    const left = touched + IDLE_MS - Date.now();
    if (left > 0) timer = setTimeout(look, left);
    else cover(words);
  }
}

function cover(words) {
  const main = document.querySelector("main");
  const detail = [Promise.resolve(document.getElementById("typed")?.value ?? "")];
  document.dispatchEvent(new CustomEvent("closing", { detail }));
  document.title = words.closed;
  const head = element("h1", { textContent: words.closed });
  const ask = element("a", { className: "btn btn-primary", href: words.newLink, textContent: words.ask });
  main.className = "client-page hush";
  main.replaceChildren(head, ask);
  document.querySelector("footer")?.remove();
  Promise.all(detail).then((texts) => {
    const text = texts.filter(Boolean).join("\n\n");
    if (text) main.append(kept(words, text));
  });
}

// Folded: whoever picks up the phone next does not read it without asking for it.
function kept(words, text) {
  const label = element("label", { htmlFor: "kept", textContent: words.copy });
  const area = element("textarea", { id: "kept", rows: 8, readOnly: true, value: text });
  const fold = element("details", { className: "drawer" });
  fold.append(element("summary", { textContent: words.kept }), label, area);
  return fold;
}

function element(tag, more) {
  return Object.assign(document.createElement(tag), more);
}
