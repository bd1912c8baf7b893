// A page that follows what happens elsewhere. The server tells only a number; where it is another one than the page's, the
// page is fetched through its own address and its pieces ([data-part]) are taken from it. Nobody who is typing loses a
// word, the focus or the place on the page. Without this module the page has a link "Check again".
//   [data-live]        on the page: address of the stream; data-poll: where to ask instead; data-version: the page's number;
//                      data-fragment: the page's own address (where it is not the one it was opened at)
//   [data-live-state]  a role=status; its value is what it says without a connection
// A new piece gets the event "fresh", for modules that add something to it.
const TICK_MS = 2000;
const LOST_MS = 5000;
const SILENT_MS = 40000; // the server gives a sign every fifteen seconds
const STREAM_AGAIN_MS = 60000;
const TYPING_MS = 5000;
const CLICK_MS = 50; // after a finger is lifted the browser tells of the click
const LONGEST_PRESS_MS = 2000; // not every browser tells when a list to choose from is closed
const FORMS = "form[data-autosave-url], form[data-note]"; // bound to the modules that save them: such forms stay

let source = null;
let streamAt = 0; // not before this moment
let failures = 0;
let heard = Date.now();
let ticked = Date.now();
let typed = 0;
let lost = 0; // the timer after which the page says that it is not connected
let asking = false;
let following = false;
let behind = false; // something could not be taken over yet
let over = false;
let pressed = null; // what a finger or the mouse is down on: taken away before it is lifted, the press would come to nothing
let pressedAt = 0;

if (page()) start();

function start() {
  listen();
  setInterval(tick, TICK_MS);
  addEventListener("online", catchUp);
  addEventListener("offline", notReached);
  addEventListener("pagehide", hangUp);
  addEventListener("pageshow", (event) => {
    if (event.persisted) catchUp();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hangUp();
    else catchUp();
  });
  document.addEventListener("input", () => (typed = Date.now()), { capture: true, passive: true });
  document.addEventListener("focusout", () => setTimeout(takeWhatWaits));
  document.addEventListener("pointerdown", (event) => ([pressed, pressedAt] = [event.target, Date.now()]), { capture: true, passive: true });
  for (const end of ["pointerup", "pointercancel", "dragend"]) {
    document.addEventListener(end, () => setTimeout(lifted, CLICK_MS), { capture: true, passive: true });
  }
  for (const end of ["closing", "leaving"]) {
    document.addEventListener(end, () => {
      over = true; // the page is being covered (private.js) or left (exit.js), and nothing may bring it back
      hangUp();
    });
  }
}

function page() {
  return document.querySelector("[data-live]");
}

// Every two seconds: asks where there is no stream, and notices sleep and a line that went silent.
function tick() {
  const slept = Date.now() - ticked > 3 * TICK_MS;
  ticked = Date.now();
  if (over || document.hidden || !page()) return;
  if (slept) return catchUp();
  if (source && Date.now() - heard > SILENT_MS) askInstead();
  takeWhatWaits();
  if (source) return;
  if (Date.now() >= streamAt) listen();
  else ask();
}

// After sleep or a lost network: ask at once, and open the line anew, since the old one may be dead without a word.
function catchUp() {
  if (over || document.hidden || !page()) return;
  hangUp();
  ask();
  listen();
}

function listen() {
  if (source || over || document.hidden || !page()) return;
  const address = new URL(page().dataset.live, location.href);
  address.searchParams.set("since", page().dataset.version);
  heard = Date.now();
  source = new EventSource(address);
  source.addEventListener("open", reached);
  source.addEventListener("beat", reached);
  source.addEventListener("message", (event) => {
    reached();
    told(event.data);
  });
  source.addEventListener("error", broken);
}

function hangUp() {
  source?.close();
  source = null;
}

// Browsers connect again by themselves, unless the server has no room (204) or somebody may no longer listen. What became
// of the page is asked meanwhile.
function broken() {
  failures += 1;
  const refused = source?.readyState === EventSource.CLOSED;
  if (!refused) notReached();
  if (refused || failures >= 3) askInstead();
  ask();
}

// For a minute or so; not all pages come back at the same moment.
function askInstead() {
  hangUp();
  streamAt = Date.now() + STREAM_AGAIN_MS * (1 + Math.random() / 2);
}

async function ask() {
  if (asking || over) return;
  asking = true;
  try {
    const headers = { Accept: "application/json", "If-None-Match": `"${page().dataset.version}"`, "X-Requested-With": "live" };
    const answer = await fetch(page().dataset.poll, { credentials: "same-origin", redirect: "manual", headers });
    if (answer.status === 429 || answer.status >= 500) return notReached();
    reached();
    if (answer.ok) told((await answer.json()).version);
    else if (answer.status !== 304) follow(); // signed out, or closed meanwhile: the page itself says so
  } catch {
    notReached();
  } finally {
    asking = false;
  }
}

function reached() {
  failures = 0;
  heard = Date.now();
  clearTimeout(lost);
  lost = 0;
  say(() => "");
}

function notReached() {
  lost ||= setTimeout(() => say((state) => state.dataset.liveState), LOST_MS);
}

function say(words) {
  const state = document.querySelector("[data-live-state]");
  if (state && state.textContent !== words(state)) state.textContent = words(state);
}

function told(version) {
  if (page() && String(version) !== page().dataset.version) follow();
}

function lifted() {
  pressed = null;
  takeWhatWaits();
}

function takeWhatWaits() {
  if (behind && !over && !parts().some(busy)) follow();
}

async function follow() {
  if (following) return void (behind = true);
  following = true;
  behind = false;
  try {
    const address = new URL(page().dataset.fragment || location.href, location.href);
    const answer = await fetch(address, { credentials: "same-origin", headers: { "X-Requested-With": "live" } });
    if (answer.status === 429 || answer.status >= 500) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (over || !page()) return;
    const elsewhere = !answer.ok || new URL(answer.url).pathname !== address.pathname;
    if (elsewhere || shape(fresh) !== shape(document)) openAnew();
    else take(fresh);
  } catch {
    behind = true;
    notReached();
  } finally {
    following = false;
  }
}

// It has become another page.
function openAnew() {
  behind = parts().some(busy);
  if (!behind) location.reload();
}

// Two pages of one shape differ only in what stands in their pieces; and no form comes that a module would have to bind.
function shape(from) {
  const here = new Set([...document.querySelectorAll(FORMS)].map(saves));
  const newForms = [...from.querySelectorAll(FORMS)].map(saves).filter((one) => !here.has(one));
  return JSON.stringify([Boolean(from.querySelector("[data-live]")), parts(from).map((part) => part.dataset.part), newForms]);
}

function parts(from = document) {
  return [...from.querySelectorAll("[data-part]")];
}

function saves(form) {
  return form.dataset.autosaveUrl ?? form.dataset.note;
}

function take(fresh) {
  const [x, y] = [scrollX, scrollY];
  for (const old of parts()) {
    const part = fresh.querySelector(`[data-part="${CSS.escape(old.dataset.part)}"]`);
    if (!part || !old.isConnected || same(old, part) || keepsItsForm(old, part)) continue;
    if (busy(old)) behind = true;
    else exchange(old, document.importNode(part, true));
  }
  page().dataset.version = fresh.querySelector("[data-live]").dataset.version;
  scrollTo(x, y);
}

function same(old, part) {
  return bare(old).isEqualNode(bare(part));
}

// Without what is new in every copy of a page and says nothing.
function bare(part) {
  const copy = part.cloneNode(true);
  for (const field of copy.querySelectorAll("input[name=csrf_token], input[type=hidden][name=id]")) field.removeAttribute("value");
  return copy;
}

function keepsItsForm(old, part) {
  const stay = new Set([...part.querySelectorAll(FORMS)].map(saves));
  return [...old.querySelectorAll(FORMS)].some((form) => stay.has(saves(form)));
}

// Somebody is pressing something here, or typing, or has typed what nobody has saved yet, or is being asked something.
function busy(part) {
  if (pressed && part.contains(pressed) && Date.now() - pressedAt < LONGEST_PRESS_MS) return true;
  if (part.querySelector(":popover-open, dialog[open]")) return true;
  return [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) => {
    if (!changed(field)) return false;
    if (!field.form?.matches("[data-autosave-url]")) return true;
    const state = document.querySelector("[data-save-status]")?.dataset.state;
    return Date.now() - typed < TYPING_MS || state !== "saved";
  });
}

function changed(field) {
  if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
  if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue;
}

// The focus goes to the same button or field of the new piece, or to the piece itself: never to another button, which the
// next key would press.
function exchange(old, part) {
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  for (const fold of old.querySelectorAll("details[id]")) {
    const other = part.querySelector(`#${CSS.escape(fold.id)}`);
    if (other) other.open = fold.open;
  }
  old.replaceWith(part);
  part.dispatchEvent(new CustomEvent("fresh", { bubbles: true }));
  if (!active) return;
  const twin = [...part.querySelectorAll(active.tagName)].find((one) => alike(one, active)) ?? part;
  if (twin === part) part.tabIndex = -1;
  twin.focus({ preventScroll: true });
}

function alike(one, other) {
  if (one.id || other.id) return one.id === other.id;
  if (one.name || other.name) return one.name === other.name && (one.value === other.value || !one.matches("button, [type=radio], [type=checkbox]"));
  if (one.matches("a")) return one.href === other.href;
  return one.form?.action === other.form?.action && one.textContent === other.textContent;
}
