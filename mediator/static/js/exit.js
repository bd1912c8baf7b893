// "Exit this page", and Shift three times: the page is hidden at once, the session ended at the server, and the page
// replaced by a neutral one. Without this module the form is answered with the neutral page.
const form = document.querySelector(".exit-form");
const WITHIN_MS = 1500;
let presses = [];

function leave() {
  document.documentElement.dataset.leaving = "";
  document.body.classList.add("leaving");
  document.title = "";
  document.dispatchEvent(new Event("leaving"));
  fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    credentials: "same-origin",
    redirect: "manual",
    keepalive: true,
  }).catch(() => {});
  location.replace(form.dataset.neutral);
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
