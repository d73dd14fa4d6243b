// The player of a download page: play and pause, and a waveform to seek in. Without it the browser's own player shows.
"use strict";

(() => {
  const player = document.querySelector(".player");
  if (!player) return;
  const audio = player.querySelector("audio");
  const button = player.querySelector(".play");
  const seek = player.querySelector("input[type=range]");
  const played = player.querySelector(".played");
  const now = player.querySelector(".now");
  const width = player.querySelector(".wave svg").viewBox.baseVal.width;
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  let dragging = false;

  const show = (share) => {
    played.setAttribute("width", String(width * share));
    now.textContent = clock((audio.duration || 0) * share);
    seek.setAttribute("aria-valuetext", now.textContent);
  };
  const follow = () => {
    if (dragging || !audio.duration) return;
    const share = audio.currentTime / audio.duration;
    seek.value = String(Math.round(share * 1000));
    show(share);
  };
  const frame = () => {
    follow();
    if (!audio.paused) requestAnimationFrame(frame);
  };
  const state = () => {
    player.classList.toggle("playing", !audio.paused);
    button.setAttribute("aria-label", audio.paused ? button.dataset.play : button.dataset.pause);
    frame();
  };

  audio.removeAttribute("controls");
  player.classList.add("ready");
  player.querySelector(".controls").hidden = false;
  button.addEventListener("click", () => (audio.paused ? audio.play() : audio.pause()));
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, state);
  for (const event of ["timeupdate", "seeked", "loadedmetadata"]) audio.addEventListener(event, follow);
  seek.addEventListener("input", () => {
    dragging = true;
    show(Number(seek.value) / 1000);
  });
  seek.addEventListener("change", () => {
    dragging = false;
    if (audio.duration) audio.currentTime = (audio.duration * Number(seek.value)) / 1000;
  });
})();
