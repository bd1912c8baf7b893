// While reports are made: ask every two seconds, and show the page anew once they are there. Without this module the
// page reloads by itself.
const making = document.querySelector("[data-making]");
const EVERY_MS = 2000;

async function ask() {
  try {
    const answer = await fetch(making.dataset.making, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok || !(await answer.json()).waiting) return location.reload();
  } catch {
    // The network is gone for a moment: ask again.
  }
  setTimeout(ask, EVERY_MS);
}

if (making) setTimeout(ask, EVERY_MS / 2);
