// Is this file one of those the certificate names? It is hashed here, in the visitor's browser, and sent nowhere.
"use strict";

(() => {
  const pick = document.getElementById("file");
  const answer = document.getElementById("answer");
  const known = [...document.querySelectorAll("[data-sha256]")].map((element) => element.dataset.sha256);
  const say = (key, mood) => {
    answer.textContent = answer.dataset[key];
    answer.className = `answer ${mood}`;
  };

  pick.addEventListener("change", async () => {
    const [file] = pick.files;
    if (!file) return;
    if (!window.crypto.subtle) return say("unable", "");
    say("working", "");
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const hex = [...digest].map((octet) => octet.toString(16).padStart(2, "0")).join("");
    const same = known.includes(hex);
    say(same ? "same" : "other", same ? "good" : "bad");
  });
})();
