// A form whose words stand nowhere but in this page: sent without a network they would be lost, since the browser leaves for
// a page of its own. So before it is sent a small file of ours is asked for, whatever the browser thinks of the network; while
// that does not come the words stay here, the page says so, and the form goes as it was pressed once there is an answer. The
// form itself is sent as without script. Nothing is kept on the device. A page that is covered meanwhile (private.js) is
// handed the words, but never what is answered about safety: that is not shown again.
const PAUSE_MS = 2000;
const LONGEST_WAIT_MS = 60000;
const LONGEST_TRY_MS = 5000;
let pressed = null; // what waits: the form, and the button that sends it
let trying = false;
let through = false; // the form is being sent: this is no new press
let failures = 0;
let timer = 0;

document.addEventListener("submit", (event) => {
  if (through || !event.submitter || !event.target.matches("form[data-stays]")) return; // older browsers name no button
  event.preventDefault();
  pressed = { form: event.target, button: event.submitter };
  go();
});
addEventListener("online", go);
document.addEventListener("visibilitychange", go);
document.addEventListener("closing", (event) => {
  event.detail.push(Promise.resolve(words()));
  forget();
});
document.addEventListener("leaving", forget);
addEventListener("beforeunload", (event) => {
  if (failures > 0 && !("leaving" in document.documentElement.dataset)) event.preventDefault();
});

async function go() {
  if (!pressed || trying) return;
  clearTimeout(timer);
  trying = true;
  const there = await reached().finally(() => (trying = false));
  if (!pressed) return;
  if (there) return send();
  failures += 1;
  say();
  timer = setTimeout(go, Math.min(PAUSE_MS * 2 ** (failures - 1), LONGEST_WAIT_MS));
}

async function reached() {
  const small = document.querySelector("link[rel=icon]").href;
  const over = new AbortController();
  const late = setTimeout(() => over.abort(), LONGEST_TRY_MS);
  const asked = fetch(small, { cache: "no-store", credentials: "omit", signal: over.signal });
  return asked.then((answer) => answer.ok, () => false).finally(() => clearTimeout(late));
}

function send() {
  const { button } = pressed;
  forget();
  through = true;
  button.click();
  through = false;
}

function forget() {
  clearTimeout(timer);
  pressed = null;
  failures = 0;
}

// Words that only travel in the form (a hidden field), and those typed and not sent. What the server has is not shown.
function words() {
  const fields = [...document.querySelectorAll("form[data-stays] textarea, form[data-stays] input[type=text]")];
  const waiting = (one) => one.hidden || one.value !== one.defaultValue || one.form === pressed?.form;
  const given = fields.filter((one) => waiting(one) && !one.closest("[data-never-autosave]"));
  return given.map((one) => one.value).filter(Boolean).join("\n\n");
}

function say() {
  const { form, button } = pressed;
  if (form.querySelector("[data-stays-said]")) return;
  const said = document.createElement("p");
  said.className = "status";
  said.dataset.state = "offline";
  said.dataset.staysSaid = "";
  said.setAttribute("role", "alert");
  said.textContent = form.dataset.stays;
  (button.closest(".actions") ?? button).before(said);
}
