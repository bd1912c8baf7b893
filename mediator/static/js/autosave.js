// Saves a question while it is being answered. Nothing is kept in the browser: words that could not be sent stay in the
// open page and are sent again until the server has them; a button pressed meanwhile is kept until then. One request at
// a time.
const form = document.querySelector("form[data-autosave-url]");
const PAUSE_MS = 2000;
const LONGEST_WAIT_MS = 60000;
const LONGEST_HOLD_MS = 3000;
const LONGEST_KEPT_ALIVE = 60000; // letters: browsers refuse more to a request that may outlive its page
const CONTROLS = "input, select, textarea";
const LAPSED = [400, 401, 403]; // signed out, or a page from before somebody came in anew

if (form) watch(form);

function watch(form) {
  const said = document.querySelector("[data-save-status]");
  const words = form.dataset;
  let unsent = false; // something differs from what the server has
  let stopped = false; // a newer version exists elsewhere, the session is over, or the page is being left
  let submitting = false;
  let under = null; // the request under way
  let done = Promise.resolve(); // when it is over
  let timer = 0;
  let failures = 0;
  let pressed = null; // the button that goes on, once what waits is saved
  let refused = false; // by the server, as it stands: nothing is sent again before something is changed

  form.addEventListener("input", (event) => {
    if (!counts(event.target)) return;
    unsent = true;
    refused = false;
    notYet();
    if (isText(event.target)) later(PAUSE_MS);
  });
  form.addEventListener("change", (event) => {
    if (!counts(event.target)) return;
    unsent = true;
    refused = false;
    later(0);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (size(event.submitter) > Number(words.most)) return stay(event);
    const away = unsent && !stopped && (failures > 0 || !navigator.onLine);
    if (under || away) event.preventDefault();
    if (under && !submitting) finishFirst(event.submitter);
    submitting = !away || Boolean(under);
    if (away && !under) keepFor(event.submitter);
  });
  if ([...form.elements].some((field) => counts(field) && isText(field) && field.value !== field.defaultValue)) {
    unsent = true; // typed before this script ran
    later(PAUSE_MS);
  }
  addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  document.addEventListener("leaving", (event) => {
    event.detail.push(last() ?? done);
    stopped = true; // a field that is hidden loses the focus, and would be taken for changed
  });
  document.addEventListener("closing", (event) => event.detail.push(lastOrWords()));
  addEventListener("pagehide", last);
  addEventListener("beforeunload", (event) => {
    if (unsent && !submitting && !("leaving" in document.documentElement.dataset)) event.preventDefault();
  });

  function counts(control) {
    return control.name && !control.closest("[data-never-autosave]");
  }

  function isText(control) {
    return control.matches("textarea, input:not([type=radio], [type=checkbox])");
  }

  // A request under way changes `rev`: the form waits for it, so that it is not taken for an older version of itself.
  // While a form is being sent it can't be sent anew, so this goes on after that at the earliest.
  async function finishFirst(submitter) {
    await Promise.race([done, new Promise((over) => setTimeout(over, LONGEST_HOLD_MS))]);
    await new Promise((over) => setTimeout(over));
    under?.abort();
    under = null;
    if (failures > 0) return keepFor(submitter);
    goOn(submitter);
  }

  // More than the server reads: it would answer with a page that can't give the words back.
  function stay(event) {
    event.preventDefault();
    unsent = refused = true;
    submitting = false;
    pressed = null;
    const field = longest();
    const placed = field && mark({ [field.name]: words.tooMuch });
    say("wrong", words.refused, placed ? words.tooMuch : "");
    tell(placed ? "" : words.tooMuch);
    field?.focus();
  }

  // In bytes, as the browser sends the form: line ends are two characters there.
  function size(submitter) {
    const data = new URLSearchParams(new FormData(form));
    if (submitter?.name) data.append(submitter.name, submitter.value);
    return data.toString().replace(/(%0D)?%0A/g, "%0D%0A").length;
  }

  function goOn(submitter) {
    if (submitter) submitter.click();
    else form.requestSubmit();
  }

  // The network is gone: leaving the page would lose what is on it. What waits goes first, then the button that was
  // pressed.
  function keepFor(submitter) {
    pressed = () => goOn(submitter);
    submitting = false;
    unsent = true;
    say("offline", words.unsent);
    later(navigator.onLine ? 0 : PAUSE_MS);
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!under) done = send(); // else this is not the one to wait for
    }, wait);
  }

  function again() {
    if (unsent && !under) later(0);
  }

  // The page is going away: what waits is sent without anybody there to hear the answer.
  function last() {
    if (!unsent || stopped || submitting) return;
    stopped = true;
    clearTimeout(timer);
    under?.abort();
    return post().catch(() => {});
  }

  // The page is about to be covered: what waits is sent; what cannot be sent is handed over as text.
  async function lastOrWords() {
    clearTimeout(timer);
    await done;
    if (!unsent) return "";
    stopped = true;
    const sent = await post().catch(() => null);
    if (!sent?.ok) return typed();
    unsent = false;
    return "";
  }

  function typed() {
    const texts = [...form.elements].filter((one) => one.name && one.type !== "hidden" && isText(one));
    return texts.map((one) => one.value).filter(Boolean).join("\n\n");
  }

  function body() {
    const data = new FormData(form);
    for (const control of form.elements) {
      if (control.name && control.closest("[data-never-autosave]")) data.delete(control.name);
    }
    return new URLSearchParams(data);
  }

  function post(signal) {
    const sent = body();
    return fetch(words.autosaveUrl, {
      method: "POST",
      body: sent,
      headers: { "X-Requested-With": "autosave" },
      credentials: "same-origin",
      redirect: "manual",
      keepalive: sent.toString().length < LONGEST_KEPT_ALIVE,
      signal,
    });
  }

  async function send() {
    if (stopped || submitting || under || !unsent) return;
    unsent = false;
    under = new AbortController();
    say("waiting", words.saving);
    try {
      const answer = await post(under.signal);
      await heard(answer);
    } catch (failure) {
      if (failure.name !== "AbortError") retry(); // stopped by us, since the page goes on with everything in the form
    }
    under = null;
    if (unsent && !stopped && !failures && !refused) later(PAUSE_MS);
    else if (!unsent && pressed) goOnAsPressed();
  }

  function goOnAsPressed() {
    const go = pressed;
    pressed = null;
    go();
  }

  async function heard(answer) {
    if (answer.status === 0 || answer.status === 429 || answer.status >= 500) return retry();
    const told = await answer.json().catch(() => ({}));
    failures = 0;
    if (answer.ok) {
      form.elements.rev.value = told.rev;
      tell("");
      mark(told.errors ?? {});
      ask(told.looks ?? {});
      if (!unsent) say("saved", words.saved.replace("{time}", told.saved_at), told.message);
    } else if (answer.status === 409 && told.url) {
      unsent = true;
      stopped = true;
      pressed = null;
      say("wrong", words.refused);
      offerBoth(told.url);
    } else {
      refused = !unsent; // else something was typed meanwhile
      unsent = true;
      pressed = null;
      stopped = LAPSED.includes(answer.status);
      const placed = !stopped && mark(told.errors ?? tooMuch(answer, told));
      say("wrong", words.refused, placed ? told.message : "");
      tell(placed ? "" : told.message, stopped ? againButton() : null);
    }
  }

  // The session or the page's token is too old. Once there is a way in again (a new link, opened in another window), a
  // fresh copy of this page brings a token. Not its `rev`: what was saved elsewhere meanwhile must not be written over.
  function againButton() {
    const button = document.createElement("button");
    button.className = "btn";
    button.type = "button";
    button.textContent = words.again;
    button.addEventListener("click", async () => {
      button.disabled = true;
      const token = await freshToken().catch(() => "");
      button.disabled = false;
      if (!token) return say("wrong", words.refused);
      for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
      stopped = false;
      later(0);
    });
    return button;
  }

  async function freshToken() {
    const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("form[data-autosave-url] input[name=csrf_token]")?.value ?? "";
  }

  function retry() {
    unsent = true;
    failures += 1;
    say("offline", words.unsent);
    if (!submitting) later(Math.min(PAUSE_MS * 2 ** (failures - 1), LONGEST_WAIT_MS));
  }

  // "Saved" is never said of words that are not: from the first key on it waits.
  function notYet() {
    if (said?.dataset.state === "saved" && said.textContent.trim()) say("waiting", words.saving);
  }

  function say(state, text, more) {
    if (!said || "leaving" in document.documentElement.dataset) return;
    const shape = { saved: "check", waiting: "circle-dashed", offline: "cloud-off", wrong: "circle-alert" }[state];
    said.dataset.state = state;
    const span = document.createElement("span");
    span.textContent = more ? `${text}. ${more}` : text;
    said.replaceChildren(icon(shape), " ", span);
  }

  // The form itself goes to the page that shows both texts, so that what was typed here is there.
  function offerBoth(url) {
    const button = document.createElement("button");
    button.className = "btn";
    button.type = "submit";
    button.formNoValidate = true;
    button.setAttribute("formaction", url);
    button.textContent = words.compare;
    tell(words.conflict, button);
  }

  // What the server gently asks about the words of a field. What stands there already is left alone: nothing flickers,
  // and nothing is read out twice.
  function ask(looks) {
    for (const place of form.querySelectorAll("[data-looks]")) {
      const wanted = looks[place.dataset.looks] ?? [];
      const standing = [...place.querySelectorAll("p")].map((p) => p.textContent);
      if (JSON.stringify(wanted) === JSON.stringify(standing)) continue;
      place.replaceChildren(...wanted.map(look));
    }
  }

  function look(text) {
    const box = document.createElement("div");
    box.className = "callout";
    const p = document.createElement("p");
    p.className = "small";
    p.textContent = text;
    box.append(icon("message-circle"), p);
    return box;
  }

  // More than the server reads at all: it can't say of which field, and the longest is to be made shorter.
  function tooMuch(answer, told) {
    const field = longest();
    return answer.status === 413 && field ? { [field.name]: told.message } : {};
  }

  function longest() {
    const texts = [...form.elements].filter((one) => counts(one) && isText(one) && one.type !== "hidden");
    return texts.sort((one, other) => other.value.length - one.value.length)[0];
  }

  // What is to be put right stands at its field, as where the page comes back with it (components/answers.html); what was
  // put right goes. Whether there was any, and a place for all of it.
  function mark(errors) {
    for (const old of form.querySelectorAll(".error[id^='f-'][id$='-error']")) {
      if (old.id.slice(2, -6) in errors) continue;
      for (const one of form.querySelectorAll(`[aria-describedby~="${CSS.escape(old.id)}"]`)) describe(one, old.id, false);
      old.remove();
    }
    const names = Object.keys(errors);
    if (!names.length) form.querySelector(".error-summary")?.remove();
    return names.length > 0 && names.map((name) => place(name, errors[name])).every(Boolean);
  }

  function place(name, text) {
    const field = document.getElementById(`f-${name}`);
    if (!field) return false;
    const id = `f-${name}-error`;
    const there = document.getElementById(id);
    if (there) {
      there.querySelector("span").textContent = text;
      return true;
    }
    const p = document.createElement("p");
    p.className = "error";
    p.id = id;
    const span = document.createElement("span");
    span.textContent = text;
    p.append(icon("circle-alert"), " ", span);
    const alone = field.matches(CONTROLS);
    if (alone) field.after(p);
    else field.before(p);
    for (const one of alone ? [field] : field.querySelectorAll(CONTROLS)) describe(one, id, true);
    return true;
  }

  function describe(control, id, wrong) {
    const ids = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
    if (wrong) ids.push(id);
    control.setAttribute("aria-describedby", ids.join(" "));
    if (!ids.length) control.removeAttribute("aria-describedby");
    if (wrong) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }

  function tell(text, extra) {
    form.querySelector("[data-autosave-message]")?.remove();
    if (!text) return;
    const box = document.createElement("div");
    box.className = "callout";
    box.dataset.kind = "plain";
    box.dataset.autosaveMessage = "";
    box.setAttribute("role", "alert");
    const inner = document.createElement("div");
    inner.className = "stack stack-s";
    const p = document.createElement("p");
    p.textContent = text;
    inner.append(p, ...(extra ? [extra] : []));
    box.append(icon("info"), inner);
    form.prepend(box);
  }
}

function icon(name) {
  const SVG = "http://www.w3.org/2000/svg";
  const sprite = document.querySelector(".icon use")?.getAttribute("href").split("#")[0] ?? "";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#i-${name}`);
  svg.append(use);
  return svg;
}
