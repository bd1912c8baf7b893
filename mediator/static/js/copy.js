// Copy buttons: shown only where scripts run, since the text can always be selected by hand.
for (const button of document.querySelectorAll("button[data-copy-from]")) {
  const words = button.querySelector("span") ?? button;
  const label = words.textContent;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copyFrom).textContent.trim());
      words.textContent = button.dataset.copied;
    } catch {
      words.textContent = button.dataset.failed;
    }
    setTimeout(() => (words.textContent = label), 4000);
  });
}
