// The agenda changes in place: every form of the page is sent as it would be without script, and of the page that comes
// back the parts are taken over. Minutes are sent when their field is left, an order when an item was dropped.
const room = document.querySelector("[data-agenda]");
const said = document.querySelector("[data-said]");
const MINUTES = "[data-order] .minutes input";
const ENDS = ["pointerup", "pointercancel", "dragend"];
const CLICK_MS = 50;
const LONGEST_PRESS_MS = 2000;
const SOON_MS = 200; // a button pressed right after typing sends the minutes as well
let under = Promise.resolve(); // one change at a time, in the order they were made
let refused = 0; // what was put in the queue before a page was refused was made of that page
let soon = 0;
let held = null; // while a finger or the mouse is down nothing is exchanged below it: the press would come to nothing

if (room) {
  room.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-fetch]");
    if (!form) return;
    event.preventDefault();
    clearTimeout(soon);
    soon = 0;
    send(form, body(form, event.submitter));
  });
  room.addEventListener("focusout", (event) => left(event.target.closest(MINUTES)));
  for (const field of room.querySelectorAll(MINUTES)) if (field !== document.activeElement) left(field); // typed before this ran
  room.addEventListener("pointerdown", grab);
  addEventListener("pointerdown", hold, { capture: true, passive: true });
  search(room.querySelector("[data-search]"));
}

// A press lasts until shortly after it is lifted, when the browser has told of the click; and never long.
function hold() {
  if (held) return;
  const over = new AbortController();
  const mine = new Promise((lifted) => {
    const letGo = () => {
      over.abort();
      if (held === mine) held = null;
      lifted();
    };
    const listening = { capture: true, signal: over.signal };
    for (const end of ENDS) addEventListener(end, () => setTimeout(letGo, CLICK_MS), listening);
    setTimeout(letGo, LONGEST_PRESS_MS);
  });
  held = mine;
}

// Minutes were typed and their field was left: they are sent.
function left(field) {
  if (!field || field.value === field.defaultValue) return;
  clearTimeout(soon);
  soon = setTimeout(() => {
    const mine = soon;
    if (held) return void held.then(() => soon === mine && left(field)); // a button pressed slowly sends them as well
    const form = document.getElementById("agenda");
    const data = body(form);
    data.set("save", "1");
    send(form, data, true);
  }, SOON_MS);
}

function body(form, button) {
  const data = new URLSearchParams(new FormData(form));
  if (button?.name) data.set(button.name, button.value);
  return data;
}

function send(form, data, stay = false) {
  const before = refused;
  under = under
    .then(() => before === refused && change(form.action, data, stay))
    .catch(() => tell(room.dataset.failed));
}

async function change(address, data, stay) {
  const rev = room.querySelector("[name=rev]"); // of this moment: the change before this one has counted it up
  if (rev && data.has("rev")) data.set("rev", rev.value);
  const answer = await fetch(address, { method: "POST", body: data, headers: { Accept: "text/html" } });
  if (answer.status === 409) refused += 1;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  await held;
  if (!page.querySelector("[data-agenda]")) {
    location.assign(answer.redirected ? answer.url : location.pathname + location.search); // signed out, begun, changed
    return;
  }
  const typing = document.activeElement;
  const half = typing?.closest?.(".minutes input");
  const kept = half && { value: half.value, changed: half.value !== half.defaultValue, at: half.selectionStart };
  for (const part of page.querySelectorAll("[data-part]")) {
    const here = document.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
    if (here) here.replaceChildren(...part.childNodes);
  }
  if (page.body.dataset.rev) document.body.dataset.rev = page.body.dataset.rev;
  tell(page.querySelector("[data-said]")?.textContent ?? "");
  const same = typing?.id ? document.getElementById(typing.id) : null;
  if (stay && kept?.changed && same) {
    same.value = kept.value; // somebody types on while the last change is under way
    same.focus();
    same.setSelectionRange(kept.at, kept.at);
    return;
  }
  const wrong = room.querySelector("[aria-invalid='true']");
  (wrong ?? (stay || answer.status === 409 ? same : room.querySelector("[autofocus]")))?.focus();
}

function tell(words) {
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = words));
}

// ---- Dragging by the grip

function grab(event) {
  const grip = event.target.closest(".grip");
  const item = grip?.closest("[data-item]");
  if (!item || event.button !== 0) return;
  event.preventDefault();
  const list = item.parentElement;
  const before = ids(list);
  const state = item.dataset.state;
  item.dataset.state = "moving";
  const move = (now) => {
    const others = [...list.children].filter((one) => one !== item);
    const below = others.find((one) => {
      const box = one.getBoundingClientRect();
      return now.clientY < box.top + box.height / 2;
    });
    if ((below ?? null) !== item.nextElementSibling) list.insertBefore(item, below ?? null);
  };
  const leave = (drop) => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", put);
    removeEventListener("pointercancel", back);
    removeEventListener("keydown", escape);
    if (state) item.dataset.state = state;
    else delete item.dataset.state;
    if (!drop) before.forEach((id) => list.append(list.querySelector(`[data-item="${id}"]`)));
    if (!drop || before.join() === ids(list).join()) return;
    const form = list.closest("form");
    const data = body(form);
    data.set("order", ids(list).join(","));
    data.set("moved", item.dataset.item);
    send(form, data);
  };
  const put = () => leave(true);
  const back = () => leave(false);
  const escape = (now) => now.key === "Escape" && leave(false);
  addEventListener("pointermove", move);
  addEventListener("pointerup", put);
  addEventListener("pointercancel", back);
  addEventListener("keydown", escape);
}

function ids(list) {
  return [...list.children].map((item) => item.dataset.item);
}

// ---- Searching the library while typing; the button asks the server, as without script

function search(form) {
  const field = form?.querySelector("input[type=search]");
  const none = room.querySelector("[data-none]");
  const shelves = [...room.querySelectorAll(".shelf")];
  const open = new Map(shelves.map((shelf) => [shelf, shelf.open]));
  if (!field || field.value) return; // what the server has left out can't be found here
  field.addEventListener("input", () => {
    const words = field.value.trim().toLocaleLowerCase();
    let any = false;
    for (const shelf of shelves) {
      const blocks = [...shelf.querySelectorAll("[data-words]")];
      for (const block of blocks) block.hidden = !block.dataset.words.toLocaleLowerCase().includes(words);
      const some = blocks.some((block) => !block.hidden);
      shelf.hidden = !some;
      shelf.open = words ? some : open.get(shelf);
      any ||= some;
    }
    none.hidden = any;
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}
