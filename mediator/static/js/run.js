// The live session: clocks that count, a voice that speaks only when it should, and windows that follow each other.
// Every clock begins from what the server counted; loading the page again, sleep and a second window change nothing.
import { settle, takeOver, unsentNotes, watchNotes } from "./notes.js";

const POLL_MS = 2000;
const FIVE_MINUTES = 300;
const UNDO_MS = 10000;
const CLICK_MS = 50; // after a finger is lifted the browser tells of the click
const LONGEST_PRESS_MS = 2000;
const IDLE_MS = 5 * 60 * 1000;
const SIGNS = ["input", "keydown", "pointerdown", "pointermove", "scroll"];
const PIECES = ".console > * > *";
const WORDS = "textarea, input:not([type=checkbox], [type=radio], [type=hidden], [type=number])";
const body = document.body;
let begun = Date.now();
let last = {}; // seconds left the last time each clock was looked at
let busy = false;
let touched = Date.now();
let held = 0; // since when a finger or the mouse is down: a button exchanged before it is lifted would not be pressed

watchNotes();
keepFolds();
tick();
setInterval(tick, 1000);
if (body.dataset.stateUrl) setInterval(poll, POLL_MS);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && body.dataset.stateUrl) poll();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-say-time]")) sayTime();
});
addEventListener("pointerdown", () => (held = Date.now()), { capture: true, passive: true });
for (const end of ["pointerup", "pointercancel", "dragend"]) {
  addEventListener(end, () => setTimeout(() => (held = 0), CLICK_MS), { capture: true, passive: true });
}
for (const sign of SIGNS) addEventListener(sign, () => (touched = Date.now()), { capture: true, passive: true });
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form[data-keys]");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  else if (event.key === "Escape") goBack(event);
  else if (event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) openBy(event);
});

function tick() {
  const since = Math.floor((Date.now() - begun) / 1000);
  for (const timer of document.querySelectorAll("[data-timer]")) show(timer, since);
  for (const clock of document.querySelectorAll("[data-count]")) {
    const spent = Number(clock.dataset.spent) + Math.max(0, since);
    const down = clock.dataset.count === "down";
    clock.textContent = down ? minutes(Math.max(0, Number(clock.dataset.planned) - spent)) : minutes(spent, 2);
  }
  const session = document.querySelector("[data-session-clock]");
  if (session && "running" in session.dataset) {
    const spent = Number(session.dataset.spent) + Math.max(0, since);
    session.querySelector("[data-minutes]").textContent = session.dataset.words.replace("{minutes}", Math.floor(spent / 60));
  }
  for (const button of document.querySelectorAll("[data-say-time]")) button.hidden = false;
  hideUndo();
  if (Date.now() - touched >= IDLE_MS) foldPrivate();
}

// Alt and a letter open a page for writing down, also from within a note; the link waits for the note as ever. Where the
// key types another letter into a field (å with Option on a Mac, or with AltGr), it is that letter and nothing else.
function openBy(event) {
  const link = document.querySelector(`a[data-key="${CSS.escape(event.code)}"]`);
  if (!link || event.getModifierState("AltGraph")) return;
  if (event.target.matches("textarea, input") && event.key.toLowerCase() !== event.code.at(-1).toLowerCase()) return;
  event.preventDefault();
  link.click();
}

// Escape leaves the page for writing down. Where words were typed on it, it goes to the way back and no further.
function goBack(event) {
  const form = document.querySelector("form[data-keys]");
  const back = form?.querySelector("[data-back]");
  if (!back || event.defaultPrevented || document.querySelector("[popover]:popover-open")) return;
  if ([...form.elements].some(filled)) back.focus();
  else back.click();
}

// Whether somebody typed or chose in this field: since the page came, or before in a form that came back (`data-typed`).
function filled(field) {
  if (field.closest("[data-typed]")) return true;
  if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
  return "defaultValue" in field && field.value !== field.defaultValue;
}

// Nobody has touched this page for five minutes: what only the mediator reads folds. What was typed there goes out first.
async function foldPrivate() {
  const open = () => document.querySelectorAll("details.private[open]");
  if (!open().length) return;
  await settle();
  if (Date.now() - touched < IDLE_MS) return;
  for (const fold of open()) {
    if (fold.contains(document.activeElement)) fold.querySelector("summary").focus();
    fold.open = false;
  }
}

function show(timer, since) {
  const { spent, planned, left, over, short } = timer.dataset;
  const gone = Number(spent) + ("running" in timer.dataset ? Math.max(0, since) : 0);
  const rest = Number(planned) - gone;
  timer.querySelector(".clock").textContent = minutes(gone);
  const amount = Math.abs(rest);
  const words = short.replace("{minutes}", Math.floor(amount / 60)).replace("{seconds}", String(amount % 60).padStart(2, "0"));
  timer.querySelector("[data-words]").textContent = (rest < 0 ? over : left).replace("{time}", words);
  const whole = Math.max(gone, Number(planned), 1);
  const done = `${(100 * Math.min(gone, Number(planned))) / whole}%`;
  timer.querySelector(".spent").setAttribute("width", done);
  timer.querySelector(".over").setAttribute("x", done);
  timer.querySelector(".over").setAttribute("width", `${(100 * Math.max(0, -rest)) / whole}%`);
  const before = last.rest;
  last = { rest };
  if (before === undefined) return;
  if (before > FIVE_MINUTES && rest <= FIVE_MINUTES && rest > 0) say(timer.dataset.saidLeft.replace("{minutes}", Math.ceil(rest / 60)));
  if (before > 0 && rest <= 0) say(timer.dataset.saidTime);
}

function sayTime() {
  const timer = document.querySelector("[data-timer]");
  if (!timer || last.rest === undefined) return;
  const { saidLeft, saidOver } = timer.dataset;
  const words = last.rest >= 0 ? saidLeft : saidOver;
  say(words.replace("{minutes}", Math.floor(Math.abs(last.rest) / 60)));
}

function say(text) {
  const region = document.querySelector("[data-said]");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 50);
}

function minutes(seconds, digits = 1) {
  return `${String(Math.floor(seconds / 60)).padStart(digits, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

async function poll() {
  if (busy || !body.dataset.stateUrl) return;
  busy = true;
  try {
    const answer = await fetch(body.dataset.stateUrl, { credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) return;
    const told = await answer.json();
    if (String(told.rev) !== body.dataset.rev || behind(told.notes)) await follow();
    else correct(told);
  } catch {
    // Without the network the clocks go on from what they know; the next answer puts them right.
  } finally {
    busy = false;
  }
}

// The server's count is the truth; a second of travel is no reason for the digits to jump.
function correct(told) {
  const since = Math.floor((Date.now() - begun) / 1000);
  const clock = document.querySelector("[data-timer], [data-count=down]");
  if (!clock || told.spent === null) return;
  const shown = Number(clock.dataset.spent) + (told.running ? Math.max(0, since) : 0);
  if (Math.abs(shown - told.spent) <= 1) return;
  begun = Date.now();
  clock.dataset.spent = told.spent;
  const session = document.querySelector("[data-session-clock]");
  if (session && told.session !== null) session.dataset.spent = told.session;
  tick();
}

function behind(revs) {
  return [...document.querySelectorAll("form[data-note]")].some((form) => {
    const rev = revs[form.dataset.note];
    return rev !== undefined && Number(rev) > Number(form.elements.rev.value);
  });
}

// Another window went on: what was typed here goes out first, then the pieces of the page are taken from a fresh one.
async function follow() {
  await settle();
  if (unsentNotes()) return;
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (Date.now() - held < LONGEST_PRESS_MS || unsentNotes()) return; // the next question finds it again
  if (new URL(answer.url).pathname !== location.pathname || shape(fresh) !== shape(document)) {
    const typed = [...document.querySelectorAll(PIECES)].filter(holdsWords);
    if (!typed.length) return location.reload();
    if (!goesOn(fresh, typed)) return wentOn(typed);
  }
  begun = Date.now();
  last = {};
  for (const island of document.querySelectorAll("[data-island]")) {
    const other = fresh.getElementById(island.id);
    if (other) exchange(island, document.importNode(other, true));
  }
  for (const form of fresh.querySelectorAll("form[data-note]")) takeOver(form);
  body.dataset.rev = fresh.body.dataset.rev;
  tick();
}

// Somebody who is filling in a field keeps it; the focus on a button goes to the same button of the new piece.
function exchange(island, other) {
  const active = island.contains(document.activeElement) ? document.activeElement : null;
  if (active?.matches("input, select, textarea")) return;
  island.replaceWith(other);
  if (!active) return;
  const same = active.name ? `[name="${active.name}"][value="${active.value}"]` : active.id ? `#${active.id}` : "button, a";
  (other.querySelector(same) ?? other.querySelector("button, a"))?.focus();
}

// What a note does not save: an agreement half written, a sentence, an item to add, who is here.
function holdsWords(piece) {
  return [...piece.querySelectorAll("textarea, input")].some((field) => !field.closest("form[data-note], [data-island]") && filled(field));
}

// The page goes on around what is being typed, which stays where it is; only where the new page has the same place for it.
function goesOn(fresh, typed) {
  const next = typed.map((piece) => fresh.getElementById(piece.getAttribute("id"))); // a form’s own `id` may be a field of it
  if (next.some((piece, at) => !piece?.matches(PIECES) || sentTo(piece) !== sentTo(typed[at]))) return false;
  for (const region of document.querySelectorAll(".console > *")) {
    for (const piece of [...region.children]) if (!typed.includes(piece)) piece.remove();
    let before = null;
    for (const piece of fresh.querySelector(`.console > ${region.localName}`).children) {
      const kept = typed[next.indexOf(piece)];
      const here = kept ?? document.importNode(piece, true);
      if (!kept && before) before.after(here);
      else if (!kept) region.prepend(here);
      before = here;
    }
  }
  watchNotes();
  keepFolds();
  return true;
}

function sentTo(piece) {
  return (piece.matches("form") ? piece : piece.querySelector("form"))?.getAttribute("action");
}

// There is no place for it any more: a caucus is over, or has begun. The words stay to be copied, folded, and nothing else.
function wentOn(typed) {
  const note = document.getElementById("went-on").content.cloneNode(true);
  const words = typed.flatMap((piece) => [...piece.querySelectorAll(WORDS)]).filter(filled).map((field) => field.value.trim());
  if (words.some(Boolean)) note.querySelector("textarea").value = words.filter(Boolean).join("\n\n");
  else note.querySelector("details").remove();
  for (const old of document.querySelectorAll("#bar, .console > :not(main)")) old.remove();
  const main = document.querySelector("main");
  main.replaceChildren(...note.children);
  main.querySelector("h1").focus();
  delete body.dataset.stateUrl;
}

// Two pages of one shape differ only in their islands and in the words of their notes.
function shape(page) {
  const notes = [...page.querySelectorAll("form[data-note]")].map((form) => form.dataset.note);
  return [page.body.dataset.room ?? "", page.querySelector("main")?.className, ...notes].join();
}

// A step can be taken back for ten seconds after it, wherever the page was meanwhile.
function hideUndo() {
  const undo = document.querySelector("[data-undo]:not([data-timed])");
  if (!undo) return;
  undo.dataset.timed = "";
  setTimeout(() => {
    if (!undo.contains(document.activeElement)) undo.hidden = true;
    else undo.addEventListener("focusout", () => (undo.hidden = true));
  }, Math.max(0, UNDO_MS - 1000 * Number(undo.dataset.undo)));
}

// Which private folds are open is kept for this tab, so that going on to the next item does not shut them. No words.
function keepFolds() {
  for (const fold of document.querySelectorAll("details.private[id]")) {
    const key = `fold-${fold.id}`;
    if (sessionStorage.getItem(key) === "open") fold.open = true;
    fold.addEventListener("toggle", () => sessionStorage.setItem(key, fold.open ? "open" : "shut"));
  }
}
