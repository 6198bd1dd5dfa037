"use strict";

const form = document.getElementById("ask");
const text = document.getElementById("text");
const file = document.getElementById("file");
const own = document.getElementById("own");
const threshold = document.getElementById("threshold");
const status_ = document.getElementById("status");

/** Show the threshold, and which codes are assigned by it or by the model. */
function showAssigned() {
  const least = Number(threshold.value);
  document.getElementById("shown-threshold").value = least.toFixed(2);
  for (const group of document.querySelectorAll("#result .group")) {
    const items = [...group.querySelectorAll("[data-score]")];
    const reached = items.filter((item) => Number(item.dataset.score) >= least);
    for (const item of items) {
      const isGiven = item.dataset.given === "yes";
      const isReached = reached.length ? reached.includes(item) : item === items[0];
      item.dataset.on = (own.checked ? isReached : isGiven) ? "yes" : "no";
    }
  }
}

/** Mark the words that speak for the chosen code. */
function showMarks(choice) {
  const place = Number(choice.value);
  for (const part of document.querySelectorAll("#marked [data-strengths]")) {
    const strength = part.dataset.strengths.split(" ")[place] || "0";
    const marked = document.createElement(strength === "0" ? "span" : "mark");
    marked.className = `m${strength}`;
    marked.dataset.strengths = part.dataset.strengths;
    marked.textContent = part.textContent;
    part.replaceWith(marked);
  }
  const names = choice.closest("tr").querySelectorAll("th > bdi");
  document.getElementById("shown-code").textContent = [...names].map((name) => name.textContent).join(" ");
}

/** Copy the assigned codes, one per line. */
async function copyCodes() {
  const rows = [...document.querySelectorAll("#result tr[data-on=yes]")];
  const codes = rows.map((row) => row.dataset.code);
  try {
    await navigator.clipboard.writeText(codes.join("\n"));
    status_.textContent = `Copied ${codes.join(", ")}.`;
  } catch {
    status_.textContent = `The browser does not let this page copy. The codes are ${codes.join(", ")}.`;
  }
}

/** Send the form, and show what comes of it in this page. */
async function classify() {
  status_.textContent = "Classifying …";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("result").replaceWith(page.getElementById("result"));
    status_.textContent = answer.ok ? "Done." : "";
    showAssigned();
    document.getElementById("result").focus();
  } catch {
    status_.textContent = "The server does not answer; try again later.";
  }
}

form.addEventListener("submit", (event) => {
  if (event.submitter && event.submitter.id === "download") return;
  event.preventDefault();
  classify();
});
text.addEventListener("input", () => { file.value = ""; });
threshold.addEventListener("input", () => { own.checked = true; showAssigned(); });
form.addEventListener("change", (event) => { if (event.target.name === "own_threshold") showAssigned(); });
document.addEventListener("change", (event) => { if (event.target.name === "shown") showMarks(event.target); });
document.addEventListener("click", (event) => { if (event.target.id === "copy") copyCodes(); });
document.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("dropping"); });
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("dropping"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("dropping");
  if (!event.dataTransfer.files.length) return;
  file.files = event.dataTransfer.files;
  text.value = "";
  classify();
});
document.documentElement.classList.add("with-script");
showAssigned();
