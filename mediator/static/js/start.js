// Marks that scripts run, and brings the list of errors to the person who has just sent a form.
document.documentElement.classList.add("js");
document.querySelector(".error-summary")?.focus();
