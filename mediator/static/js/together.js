// The form of a text of both. What is typed is nobody's until it is saved: before it is sent the line is tried, so that a
// lost network does not take the words with it. Whoever leaves with unsaved words is asked; a page that is covered hands
// them over.
const SELECTOR = "form[data-shared-words]";
// Nothing stands between somebody and a pause, an end, or a word to the mediator: on a phone and on the mediator's pages.
const AT_ONCE = /\/exercise\/(pause|stop|keys)$/;
const DO_AT_ONCE = ["pause", "stop"];
let sending = false;

document.addEventListener("submit", async (event) => {
  const pressed = event.submitter;
  if (AT_ONCE.test(pressed?.formAction ?? "") || (pressed?.name === "do" && DO_AT_ONCE.includes(pressed.value))) sending = true;
  const form = event.target.closest?.(SELECTOR);
  if (!form || sending) return;
  event.preventDefault();
  const button = event.submitter;
  if (!(await reached(form.dataset.ask))) return say(form, form.dataset.unsent);
  say(form, "");
  sending = true;
  form.requestSubmit(button);
});
document.addEventListener("click", (event) => {
  if (AT_ONCE.test(event.target.closest?.("a")?.pathname ?? "")) sending = true;
});
document.addEventListener("closing", (event) => event.detail.push(typed()));
addEventListener("beforeunload", (event) => {
  if (typed() && !sending && !("leaving" in document.documentElement.dataset)) event.preventDefault();
});

async function reached(address) {
  try {
    const answer = await fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
    return answer.status < 500;
  } catch {
    return false;
  }
}

function say(form, text) {
  form.querySelector("[data-shared-said]").textContent = text;
}

function typed() {
  const fields = [...document.querySelectorAll(`${SELECTOR} textarea`)];
  if (fields.every((one) => one.value === one.defaultValue)) return "";
  return fields.map((one) => one.value).filter(Boolean).join("\n\n");
}
