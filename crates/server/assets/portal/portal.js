// What pages gain by a script. Without it they are whole.
"use strict";

// Buttons that copy appear only where copying works.
function offerCopying(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button.copy[hidden]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const from = button.dataset.copyFrom;
  const text = from ? document.getElementById(from).textContent : button.dataset.copy;
  await navigator.clipboard.writeText(text);
  button.classList.add("done");
  announce("Copied");
  setTimeout(() => button.classList.remove("done"), 1500);
});

function announce(text) {
  let region = document.getElementById("announcements");
  if (!region) {
    region = document.createElement("div");
    region.id = "announcements";
    region.className = "unseen";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50);
}

// A file that is dropped on a text area, or chosen beside it, becomes its text.
async function take(area, file) {
  if (!file) return;
  if (file.size > 512 * 1024) {
    announce("The file is too large");
    return;
  }
  area.value = await file.text();
  announce(`Read ${file.name}`);
}

document.addEventListener("dragover", (event) => {
  const area = event.target.closest?.("textarea[data-drop]");
  if (!area) return;
  event.preventDefault();
  area.classList.add("over");
});
document.addEventListener("dragleave", (event) => {
  event.target.closest?.("textarea[data-drop]")?.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  const area = event.target.closest?.("textarea[data-drop]");
  if (!area) return;
  event.preventDefault();
  area.classList.remove("over");
  take(area, event.dataTransfer.files[0]);
});
document.addEventListener("change", (event) => {
  const input = event.target.closest?.("input[type=file][data-into]");
  if (input) take(document.getElementById(input.dataset.into), input.files[0]);
});

document.addEventListener("htmx:afterSwap", (event) => offerCopying(event.target));
offerCopying(document);
for (const input of document.querySelectorAll(".needs-script[hidden]")) input.hidden = false;

// On a phone the navigation is one line that scrolls: the open section is in sight.
document.querySelector(".sections [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
