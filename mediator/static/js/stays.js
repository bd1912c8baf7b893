// A form whose words stand nowhere but in this page: sent without a network they would be lost, since the browser leaves for
// a page of its own. So before it is sent a small file of ours is asked for, whatever the browser thinks of the network; while
// that does not come the words stay here, the page says so, and the form goes as it was pressed once there is an answer. The
// form itself is sent as without script. Nothing is kept on the device.
const PAUSE_MS = 2000;
const LONGEST_WAIT_MS = 60000;
const LONGEST_TRY_MS = 5000;
let pressed = null; // what waits: the form, and the button that sends it
let trying = false;
let through = false; // the form is being sent: this is no new press
let failures = 0;
let timer = 0;

document.addEventListener("submit", (event) => {
  if (through || !event.target.matches("form[data-stays]")) return;
  event.preventDefault();
  pressed = { form: event.target, button: event.submitter };
  go();
});
addEventListener("online", go);
document.addEventListener("visibilitychange", go);
for (const end of ["closing", "leaving"]) document.addEventListener(end, forget); // covered (private.js) or left (exit.js)
addEventListener("beforeunload", (event) => {
  if (failures > 0 && !("leaving" in document.documentElement.dataset)) event.preventDefault();
});

async function go() {
  if (!pressed || trying) return;
  clearTimeout(timer);
  trying = true;
  const there = await reached();
  trying = false;
  if (!pressed) return;
  if (there) return send();
  failures += 1;
  say();
  timer = setTimeout(go, Math.min(PAUSE_MS * 2 ** (failures - 1), LONGEST_WAIT_MS));
}

async function reached() {
  const small = document.querySelector("link[rel=icon]").href;
  const options = { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(LONGEST_TRY_MS) };
  return fetch(small, options).then((answer) => answer.ok, () => false);
}

function send() {
  const { form, button } = pressed;
  forget();
  through = true;
  form.requestSubmit(button);
  through = false;
}

function forget() {
  clearTimeout(timer);
  pressed = null;
  failures = 0;
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
  (button?.closest(".actions") ?? button ?? form.lastElementChild).before(said);
}
