// Notes of a session, saved while they are typed. Nothing is kept in the browser: words that could not be sent stay in the
// open page and are sent again. Where somebody else typed at the same time, the server keeps both texts and sends them.
const PAUSE_MS = 2000;
const LONGEST_WAIT_MS = 60000;
const LONGEST_HOLD_MS = 3000;
const LONGEST_KEPT_ALIVE = 60000; // letters: browsers refuse more to a request that may outlive its page
const watched = new Map();

export function watchNotes(root = document) {
  for (const form of root.querySelectorAll("form[data-note]")) {
    if (watched.get(form.dataset.note)?.form !== form) watched.set(form.dataset.note, new SavedNote(form));
  }
}

// Sends what waits, everywhere; resolves when the server has answered.
export function settle() {
  return Promise.all([...watched.values()].map((note) => note.send()));
}

export function unsentNotes(except) {
  return [...watched.values()].some((note) => (note.unsent || note.under) && note.form.isConnected && note.form !== except);
}

// Newer words from another window, for a note nobody is typing in here.
export function takeOver(fresh) {
  const note = watched.get(fresh.dataset.note);
  if (!note || note.unsent || note.under) return;
  if (note.form.elements.rev.value === fresh.elements.rev.value) return;
  note.write(fresh.elements.text.value, fresh.elements.rev.value);
}

class SavedNote {
  constructor(form) {
    this.form = form;
    this.text = form.elements.text;
    this.words = form.closest("[data-saving]").dataset; // what is said of saving stands on the form, or around all notes
    this.said = form.querySelector("[data-note-status]");
    this.unsent = false;
    this.under = null;
    this.failures = 0;
    this.stuck = false; // could not be saved: leaving the page would lose the words
    this.timer = 0;
    this.text.addEventListener("input", () => {
      this.unsent = true;
      this.notYet();
      this.later(PAUSE_MS);
    });
    if (this.text.value !== this.text.defaultValue) {
      this.unsent = true; // typed before this script ran
      this.later(PAUSE_MS);
    }
    form.dataset.watched = "";
    form.addEventListener("submit", (event) => {
      if (event.submitter?.name) return this.leave(); // a button that means more than saving
      event.preventDefault();
      this.unsent = true;
      this.send();
    });
  }

  leave() {
    clearTimeout(this.timer);
    this.unsent = false;
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  send() {
    if (this.under) return this.under.then(() => this.send());
    if (!this.unsent) return Promise.resolve();
    clearTimeout(this.timer);
    this.unsent = false;
    this.say("waiting", this.words.saving);
    const sent = this.text.value;
    this.under = this.post()
      .then((answer) => this.heard(answer, sent))
      .catch(() => this.retry())
      .finally(() => {
        this.under = null;
      });
    return this.under;
  }

  post() {
    const body = new URLSearchParams(new FormData(this.form));
    return fetch(this.form.getAttribute("action"), {
      method: "POST",
      body,
      headers: { "X-Requested-With": "autosave" },
      credentials: "same-origin",
      redirect: "manual",
      keepalive: body.toString().length < LONGEST_KEPT_ALIVE,
    });
  }

  async heard(answer, sent) {
    if (answer.status === 0 || answer.status === 429 || answer.status >= 500) return this.retry();
    const told = await answer.json().catch(() => ({}));
    this.failures = 0;
    this.stuck = false;
    if (answer.ok) {
      this.form.elements.rev.value = told.rev;
      this.renewed = false;
      if (!this.unsent) this.say("saved", this.words.saved.replace("{time}", told.saved_at));
    } else if (answer.status === 409 && told.text !== undefined) {
      // Typed on meanwhile: the next save is merged again, so that nothing typed here is overwritten.
      if (this.text.value !== sent) return;
      this.write(told.text, told.rev);
      this.say("saved", this.words.both.replace("{time}", told.saved_at));
    } else if (answer.status === 400 && !this.renewed && (await freshToken().catch(() => false))) {
      this.renewed = true;
      this.unsent = true;
      this.later(0);
    } else {
      this.unsent = this.stuck = true;
      this.say("wrong", told.message || this.words.refused);
    }
  }

  retry() {
    this.unsent = this.stuck = true;
    this.failures += 1;
    this.say("offline", this.words.unsent);
    this.later(Math.min(PAUSE_MS * 2 ** (this.failures - 1), LONGEST_WAIT_MS));
  }

  // Whoever types here goes on where they were: in their own line, wherever it stands by now, or on the one just begun.
  write(text, rev) {
    const { value: before, selectionStart, selectionEnd } = this.text;
    const here = document.activeElement === this.text;
    this.text.value = here && before.endsWith("\n") && !text.endsWith("\n") ? `${text}\n` : text;
    this.form.elements.rev.value = rev;
    if (here) this.text.setSelectionRange(...[selectionStart, selectionEnd].map((at) => placeIn(this.text.value, before, at)));
  }

  // "Saved" is never said of words that are not: from the first key on it waits.
  notYet() {
    if (this.said?.dataset.state === "saved" && this.said.textContent.trim()) this.say("waiting", this.words.saving);
  }

  say(state, text) {
    if (!this.said) return;
    const shape = { saved: "check", waiting: "circle-dashed", offline: "cloud-off", wrong: "circle-alert" }[state];
    const sprite = document.querySelector(".icon use")?.getAttribute("href").split("#")[0] ?? "";
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
    svg.firstChild.setAttribute("href", `${sprite}#i-${shape}`);
    const span = document.createElement("span");
    span.textContent = text;
    this.said.dataset.state = state;
    this.said.replaceChildren(svg, " ", span);
  }
}

// Where in the new text the place is that was `at` this letter before: in the same line, or right below the last one with
// words. The last such line: one's own stand below what somebody else typed.
function placeIn(text, before, at) {
  const lines = before.split("\n");
  const above = before.slice(0, at).split("\n");
  let row = above.length - 1;
  while (row > 0 && !lines[row].trim()) row -= 1;
  const found = `\n${text}\n`.lastIndexOf(`\n${lines[row]}\n`);
  if (found < 0 || !lines[row].trim()) return Math.min(at, text.length);
  if (row === above.length - 1) return found + above[row].length;
  const end = found + lines[row].length;
  return /^\n[^\S\n]*(\n|$)/.test(text.slice(end)) ? end + 1 : end;
}

// Any other button or link of the page waits for the notes, so that the next page shows what was typed. Where a note could
// not be saved, the page stays: leaving it would lose the words.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const own = form.matches("form[data-note]") && !event.submitter?.name;
  if (own || form.dataset.settled || !unsentNotes(form)) return;
  event.preventDefault();
  const submitter = event.submitter;
  first(form, () => {
    form.dataset.settled = "yes";
    form.requestSubmit(submitter);
  });
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (!link || !plain || link.target || link.hash || !unsentNotes()) return;
  event.preventDefault();
  first(null, () => location.assign(link.href));
});

async function first(except, go) {
  const waiting = [...watched.values()].filter((note) => note.form !== except);
  await Promise.race([Promise.all(waiting.map((note) => note.send())), new Promise((over) => setTimeout(over, LONGEST_HOLD_MS))]);
  const stuck = waiting.find((note) => note.unsent && !note.under);
  if (!stuck) return go();
  stuck.text.closest("details")?.setAttribute("open", "");
  stuck.text.focus();
}

addEventListener("online", settle);
addEventListener("pagehide", () => {
  for (const note of watched.values()) if (note.unsent) note.post().catch(() => {});
});
addEventListener("beforeunload", (event) => {
  if ([...watched.values()].some((note) => note.unsent && note.stuck)) event.preventDefault();
});

// Signed out and in again, in another window: a fresh copy of the page brings a token. Not its `rev`.
async function freshToken() {
  const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("form[data-note] input[name=csrf_token]")?.value ?? "";
  if (token) for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  return Boolean(token);
}
