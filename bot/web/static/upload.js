// A file that is being sent and looked at takes a while: the button says so, and is not pressed twice.
"use strict";

(() => {
  const form = document.querySelector("form.upload");
  if (!form) return;
  const button = form.querySelector("button");
  const rest = button.textContent;
  const show = (busy) => {
    button.disabled = busy;
    button.textContent = busy ? button.dataset.working : rest;
    form.setAttribute("aria-busy", String(busy));
  };
  form.addEventListener("submit", () => show(true));
  addEventListener("pageshow", () => show(false)); // also when the visitor comes back to it
})();
