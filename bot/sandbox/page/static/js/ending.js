/** A scrolling log that stays at its end while the reader is there, with a button back to it. */
import { h } from "./dom.js";
import { t } from "./i18n.js";

const NEAR_PX = 90;

export class Ending {
  /** @param {HTMLElement} scroller @param {HTMLElement} items what grows inside it */
  constructor(scroller, items) {
    this.scroller = scroller;
    this.isAtEnd = true;
    this.newer = h("button", { class: "newer", type: "button", hidden: true, onclick: () => this.toEnd() });
    scroller.addEventListener("scroll", () => {
      this.isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
      if (this.isAtEnd) this.newer.hidden = true;
    });
    // Pictures and players change the height after the message stands: stay at the end if that is where we were.
    for (const grows of [items, scroller]) new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(grows);
  }

  /** Something new stands at the end; `isForced` when the reader did it themselves. */
  grew(isForced) {
    if (this.isAtEnd || isForced) this.toEnd();
    else this.newer.hidden = false;
  }

  restart() {
    this.newer.textContent = t("newer");
    this.isAtEnd = true;
    this.toEnd();
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.newer.hidden = true;
  }
}
