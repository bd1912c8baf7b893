// The form of a text of both. What is typed is kept at the server two seconds after the last key, for whoever types it
// alone; it becomes the text of both by the button, and by nothing else. The button keeps the words first: where they can't
// be sent they stay in the open page, are sent again, and the page says so. live.js leaves a form alone in which somebody
// typed; so this module keeps to the form that was typed in, also once the page is emptied around it.
const SELECTOR = "form[data-shared-words]";
const PAUSE_MS = 2000;
const LONGEST_WAIT_MS = 60000;
const LONGEST_TRY_MS = 20000; // a line that is gone without a word is no reason to wait for ever
const LONGEST_KEPT_ALIVE = 60000; // letters: browsers refuse more to a request that may outlive its page
// Nothing stands between somebody and a pause, an end, or a word to the mediator: on a phone and on the mediator's pages.
const AT_ONCE = /\/exercise\/(pause|stop|keys)$/;
const DO_AT_ONCE = ["pause", "stop"];
let form = null; // the one that was typed in
let unsent = false; // something in it differs from what the server has
let under = null; // the request under way
let timer = 0;
let failures = 0;
let stuck = false; // could not be kept: leaving the page would lose the words
let renewed = false;
let left = false; // the form itself was sent, or the page is covered or left: nothing goes after it
let atOnce = false;

const before = document.querySelector(SELECTOR);
if (before && changed(before)) typedIn(before); // before this module ran
else if (before) form = before;
document.addEventListener("input", (event) => {
  if (event.target.form?.matches(SELECTOR)) typedIn(event.target.form);
});
document.addEventListener("submit", async (event) => {
  const pressed = event.submitter;
  if (AT_ONCE.test(pressed?.formAction ?? "") || (pressed?.name === "do" && DO_AT_ONCE.includes(pressed.value))) atOnce = true;
  const sent = event.target.closest?.(SELECTOR);
  if (!sent || left) return;
  event.preventDefault();
  form = sent;
  if (pressed?.value === "drop") unsent = false; // what is thrown away is not kept before
  else unsent = true;
  clearTimeout(timer);
  await Promise.all([under, new Promise((over) => setTimeout(over))]); // while a form is being sent it can't be sent anew
  if (unsent && !(await send())) return;
  if (left) return; // pressed twice
  left = true;
  if (pressed) pressed.click();
  else sent.requestSubmit();
});
document.addEventListener("click", (event) => {
  if (AT_ONCE.test(event.target.closest?.("a")?.pathname ?? "")) atOnce = true;
});
document.addEventListener("closing", (event) => event.detail.push(lastOrWords()));
document.addEventListener("leaving", (event) => event.detail.push(Promise.resolve(under).then(last)));
addEventListener("online", again);
document.addEventListener("visibilitychange", () => (document.hidden ? !left && unsent && !under && send() : again()));
addEventListener("pagehide", last);
addEventListener("beforeunload", (event) => {
  const lost = unsent && (stuck || !navigator.onLine);
  if (lost && !left && !atOnce && !("leaving" in document.documentElement.dataset)) event.preventDefault();
});

function changed(one) {
  return [...one.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);
}

function typedIn(one) {
  form = one;
  unsent = true;
  const said = form.querySelector("[data-shared-said]"); // "kept" is never said of words that are not
  if (said?.dataset.state === "saved" && said.textContent.trim()) say("waiting", form.dataset.saving);
  later(PAUSE_MS);
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(() => !left && unsent && !under && send(), wait);
}

function again() {
  if (unsent && !under && !left) later(0);
}

// Resolves to whether the server has answered, so that the button may go on: what it refuses, it says on a page.
function send() {
  clearTimeout(timer);
  unsent = false;
  say("waiting", form.dataset.saving);
  under = post()
    .then(heard)
    .catch(retry)
    .finally(() => {
      under = null;
      if (unsent && !failures && !stuck) later(PAUSE_MS); // typed on meanwhile
    });
  return under;
}

function post() {
  const body = new URLSearchParams(new FormData(form));
  const over = new AbortController();
  setTimeout(() => over.abort(), LONGEST_TRY_MS); // also while the answer is being read; later it changes nothing
  return fetch(form.dataset.draft, {
    method: "POST",
    body,
    signal: over.signal,
    headers: { "X-Requested-With": "autosave" },
    credentials: "same-origin",
    redirect: "manual",
    keepalive: body.toString().length < LONGEST_KEPT_ALIVE,
  });
}

async function heard(answer) {
  if (answer.status === 0 || answer.status === 429 || answer.status >= 500) return retry();
  const told = await answer.json().catch(() => ({}));
  failures = 0;
  stuck = !answer.ok;
  form.querySelector("[data-shared-elsewhere]").hidden = !told.elsewhere;
  if (answer.ok) {
    renewed = false;
    form.elements.draft.value = told.rev;
    form.querySelector("[data-shared-drop]")?.toggleAttribute("hidden", !told.rev);
    if (unsent) return true; // typed on meanwhile
    if (told.rev) say("saved", form.dataset.kept.replace("{time}", told.saved_at));
    else say("saved", "");
  } else {
    unsent = true;
    say("wrong", told.message || (told.elsewhere ? "" : form.dataset.refused));
    if (answer.status === 400 && !renewed && (await freshToken().catch(() => false))) {
      renewed = true;
      stuck = false; // sent again at once
    }
  }
  return true;
}

function retry() {
  unsent = stuck = true;
  failures += 1;
  say("offline", form.dataset.unsent);
  later(Math.min(PAUSE_MS * 2 ** (failures - 1), LONGEST_WAIT_MS));
  return false;
}

// The page is going away: what waits is sent without anybody there to hear the answer.
function last() {
  if (!unsent || left) return under;
  left = true;
  clearTimeout(timer);
  return post().catch(() => {});
}

// The page is about to be covered: what waits is sent; what can't be sent is handed over as text.
async function lastOrWords() {
  clearTimeout(timer);
  await under;
  const onlyHere = "onlyHere" in (form?.dataset ?? {}); // beside other words of the same writer, and kept nowhere else
  if (!(unsent || onlyHere) || left) return "";
  left = true;
  const sent = await post().catch(() => null);
  return sent?.ok ? "" : typed();
}

function typed() {
  return [...form.querySelectorAll("textarea")].map((one) => one.value).filter(Boolean).join("\n\n");
}

// Signed out and in again, in another window: a fresh copy of the page brings a token.
async function freshToken() {
  const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("input[name=csrf_token]")?.value ?? "";
  if (token) for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  return Boolean(token);
}

function say(state, text) {
  const said = form.querySelector("[data-shared-said]");
  if (!said || "leaving" in document.documentElement.dataset) return;
  const span = document.createElement("span");
  span.textContent = text;
  said.dataset.state = state;
  said.replaceChildren(...(text ? [icon({ saved: "check", waiting: "circle-dashed", offline: "cloud-off", wrong: "circle-alert" }[state]), " ", span] : []));
}

function icon(name) {
  const SVG = "http://www.w3.org/2000/svg";
  const sprite = document.querySelector(".icon use")?.getAttribute("href").split("#")[0] ?? "";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "use"));
  svg.firstChild.setAttribute("href", `${sprite}#i-${name}`);
  return svg;
}
