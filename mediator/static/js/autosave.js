// Saves a question while it is being answered. Nothing is kept in the browser: words that could not be sent stay in the
// open page and are sent again until the server has them. One request at a time.
const form = document.querySelector("form[data-autosave-url]");
const PAUSE_MS = 2000;
const LONGEST_WAIT_MS = 60000;
const LONGEST_HOLD_MS = 3000;

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

  form.addEventListener("input", (event) => {
    if (!counts(event.target)) return;
    unsent = true;
    if (isText(event.target)) later(PAUSE_MS);
  });
  form.addEventListener("change", (event) => {
    if (!counts(event.target)) return;
    unsent = true;
    later(0);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (under) event.preventDefault();
    if (under && !submitting) finishFirst(event.submitter);
    submitting = true;
  });
  addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  document.addEventListener("leaving", (event) => {
    event.detail.push(last() ?? done);
    stopped = true; // a field that is hidden loses the focus, and would be taken for changed
  });
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
  async function finishFirst(submitter) {
    await Promise.race([done, new Promise((over) => setTimeout(over, LONGEST_HOLD_MS))]);
    under?.abort();
    under = null;
    if (submitter) submitter.click();
    else form.requestSubmit();
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(() => (done = send()), wait);
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

  function body() {
    const data = new FormData(form);
    for (const control of form.elements) {
      if (control.name && control.closest("[data-never-autosave]")) data.delete(control.name);
    }
    return new URLSearchParams(data);
  }

  function post(signal) {
    return fetch(words.autosaveUrl, {
      method: "POST",
      body: body(),
      headers: { "X-Requested-With": "autosave" },
      credentials: "same-origin",
      redirect: "manual",
      keepalive: true,
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
    } catch {
      if (!submitting) retry();
    }
    under = null;
    if (unsent && !stopped && !failures) later(PAUSE_MS);
  }

  async function heard(answer) {
    if (answer.status === 0 || answer.status === 429 || answer.status >= 500) return retry();
    const told = await answer.json().catch(() => ({}));
    failures = 0;
    if (answer.ok) {
      form.elements.rev.value = told.rev;
      if (!unsent) say("saved", words.saved.replace("{time}", told.saved_at));
    } else if (answer.status === 409 && told.url) {
      unsent = true;
      stopped = true;
      say("wrong", words.refused);
      offerBoth(told.url);
    } else {
      unsent = true;
      stopped = answer.status === 401 || answer.status === 403;
      say("wrong", words.refused);
      tell(told.message);
    }
  }

  function retry() {
    unsent = true;
    failures += 1;
    say("offline", words.unsent);
    later(Math.min(PAUSE_MS * 2 ** (failures - 1), LONGEST_WAIT_MS));
  }

  function say(state, text) {
    if (!said || "leaving" in document.documentElement.dataset) return;
    const shape = { saved: "check", waiting: "circle-dashed", offline: "cloud-off", wrong: "circle-alert" }[state];
    said.dataset.state = state;
    const span = document.createElement("span");
    span.textContent = text;
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
