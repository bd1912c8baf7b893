// The clock of a turn. It counts from what the server said was spent when the page (or the part) was made, so a phone's
// own clock is never asked for the time. It sends nothing: a turn ends when somebody says so. At time it speaks once.
// A part that live.js has put in is found by itself; what is to be done now is said to whoever does not see it, and stands
// at the top for whoever does.
const said = document.querySelector("[data-turn-said]");
const NO_MOVES = matchMedia("(prefers-reduced-motion: reduce)");
const CALM_S = 10; // with reduced motion the digits move every ten seconds, and at the end
let clock = null; // the one that is counted now, and since when
let begun = 0;
let heading = words("h1");

if (said) {
  new MutationObserver(changed).observe(document.querySelector("main"), { childList: true, subtree: true });
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  tick();
}

function changed() {
  const now = words("h1");
  if (now && now !== heading) {
    say(now);
    scrollTo({ top: 0 });
  }
  heading = now;
  tick();
}

function tick() {
  const found = document.querySelector("[data-turn-clock]");
  if (found !== clock) {
    clock = found;
    begun = performance.now();
    if (clock && Number(clock.dataset.spent) >= Number(clock.dataset.seconds)) clock.dataset.told = "";
  }
  if (!clock) return;
  const gone = Number(clock.dataset.spent) + Math.floor((performance.now() - begun) / 1000);
  const left = Math.max(0, Number(clock.dataset.seconds) - gone);
  if (!NO_MOVES.matches || left % CALM_S === 0) put(clock, `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`);
  if (left > 0 || "told" in clock.dataset) return;
  clock.dataset.told = "";
  const note = document.querySelector("[data-turn-words]");
  if (note) put(note, note.dataset.over);
  say(said.dataset.time);
}

// Words that are there already are left alone: every change would call the observer again.
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function say(text) {
  put(said, "");
  setTimeout(() => put(said, text), 50);
}

function words(selector) {
  return document.querySelector(`main ${selector}`)?.textContent.trim() ?? "";
}
