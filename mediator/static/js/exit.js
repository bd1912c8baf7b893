// "Exit this page", and Shift three times: the page is hidden at once, the session ended at the server, and the page
// replaced by a neutral one. Without this module the form is answered with the neutral page.
// The blank page stays until the session has ended, so that "back" finds nobody signed in; but never for long. Words that
// wait go before it, since they need the session.
const form = document.querySelector(".exit-form");
const WITHIN_MS = 1500;
const WORDS_FIRST_MS = 400;
const LONGEST_BLANK_MS = 1200;
let presses = [];

function leave() {
  document.documentElement.dataset.leaving = "";
  document.body.classList.add("leaving");
  document.title = "";
  const first = [];
  document.dispatchEvent(new CustomEvent("leaving", { detail: first }));
  const ended = within(WORDS_FIRST_MS, Promise.allSettled(first)).then(end);
  within(LONGEST_BLANK_MS, ended).then(() => location.replace(form.dataset.neutral));
}

function end() {
  return fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    credentials: "same-origin",
    redirect: "manual",
    keepalive: true,
  }).catch(() => {});
}

function within(ms, promise) {
  return Promise.race([promise, new Promise((over) => setTimeout(over, ms))]);
}

if (form?.dataset.neutral) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      presses = [];
    } else if (!event.repeat) {
      presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
      if (presses.length === 3) leave();
    }
  });
}
