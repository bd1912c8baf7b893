// Buttons that move one thing up or down a ranking. The numbers in the selects are the answer; a place that is taken is
// swapped, so that no two things share one. The new place is said aloud and the focus stays.
for (const list of document.querySelectorAll("[data-rank]")) {
  const said = list.parentElement.querySelector("[data-rank-said]");
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(list, button.closest("li"), button.dataset.move === "up" ? -1 : 1, said);
  });
}

function move(list, item, step, said) {
  const selects = [...list.querySelectorAll("select")];
  const select = item.querySelector("select");
  const places = select.options.length - 1;
  const was = Number(select.value) || places + 1;
  const now = Math.max(1, was + step);
  if (now > places + 1 || now === was) return;
  const taken = selects.find((other) => other !== select && Number(other.value) === now);
  if (taken) set(taken, was <= places ? was : "");
  set(select, now <= places ? now : "");
  const label = item.querySelector("label").textContent;
  const words = now <= places ? list.dataset.placed : list.dataset.unplaced;
  said.textContent = words.replace("{label}", label).replace("{place}", now).replace("{places}", places);
}

function set(select, value) {
  select.value = String(value);
  select.dispatchEvent(new Event("change", { bubbles: true }));
}
