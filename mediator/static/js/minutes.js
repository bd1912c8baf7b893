// How long a form takes, counted anew with each tick. Without script the minutes stand beside each question.
const sum = document.querySelector("[data-sum]");
if (sum) {
  const boxes = [...document.querySelectorAll("[data-minutes]")];
  const standing = [...document.querySelectorAll("[data-standing]")].reduce((all, one) => all + Number(one.dataset.standing), 0);
  const words = sum.querySelector("[data-about]");
  const long = sum.querySelector("[data-too-long]");
  const count = () => {
    const minutes = boxes.reduce((all, box) => all + (box.checked ? Number(box.dataset.minutes) : 0), standing);
    words.textContent = words.dataset.about.replace("{count}", Math.ceil(minutes));
    long.hidden = minutes <= Number(sum.dataset.good);
  };
  sum.setAttribute("role", "status");
  boxes.forEach((box) => box.addEventListener("change", count));
  count();
}
