// What pages do beyond HTML: clocks that stay right, two keys, copy buttons, a guard for unsaved forms.
// Everything works without it. No inline script, no eval, nothing stored in the browser.
"use strict";

(() => {
  const words = JSON.parse(document.querySelector('meta[name="clock-words"]')?.content ?? "null");
  const status = document.getElementById("announcements");

  // ---- clocks: the same words and rounding as workbench/clocks.py

  function durationWords(milliseconds) {
    const minutes = Math.floor(Math.abs(milliseconds) / 60000);
    const hours = Math.floor(minutes / 60);
    const days = Math.floor(hours / 24);
    if (days >= 2) return `${days} ${words.day} ${hours % 24} ${words.hour}`;
    if (hours > 0) {
      return `${hours} ${words.hour} ${String(minutes % 60).padStart(2, "0")} ${words.minute}`;
    }
    return minutes > 0 ? `${minutes} ${words.minute}` : words.moment;
  }

  function dueWords(milliseconds) {
    const pattern = milliseconds >= 0 ? words.due : words.overdue;
    // Where a line is too short, it is broken before the number.
    return pattern.replace("%", durationWords(milliseconds).replaceAll(" ", "\u00a0"));
  }

  // A deadline that passes while the page is open: the tag or card takes the look of "overdue", and the
  // change is said once. The ticking itself is never announced.
  function markOverdue(clock) {
    const tag = clock.closest(".tag[data-state]");
    const box = tag ?? clock.closest(".next");
    const use = box?.querySelector("use");
    if (!box || box.classList.contains("t-over") || box.classList.contains("over")) return;
    box.classList.remove("t-soon", "t-ok", "soon", "ok");
    box.classList.add(tag ? "t-over" : "over");
    if (tag) tag.dataset.state = "overdue";
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#alert-octagon"));
    if (status) status.textContent = clock.textContent;
  }

  function tick() {
    if (!words) return;
    for (const clock of document.querySelectorAll("time[data-clock]")) {
      const left = new Date(clock.dateTime) - Date.now();
      const text = dueWords(left);
      if (clock.textContent !== text) clock.textContent = text;
      if (left < 0) markOverdue(clock);
    }
  }

  tick();
  setInterval(tick, 15000);
  document.addEventListener("visibilitychange", () => document.hidden || tick());
  document.addEventListener("htmx:afterSettle", tick);

  // ---- keys

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable], dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search], [data-search-page]");
      if (search) {
        event.preventDefault();
        const field = document.querySelector("[data-search]");
        if (field) field.focus();
        else search.click(); // the page of the search, whose field has the focus
      }
    } else if (event.key === "?") {
      document.getElementById("keys")?.showModal();
    }
  });

  // ---- <button data-dialog="id"> opens a dialog; <button data-copy="id"> copies the text of an element

  document.addEventListener("click", async (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();

    const copier = event.target.closest("[data-copy]");
    if (copier) {
      const source = document.getElementById(copier.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.innerText.trim());
        if (status) status.textContent = copier.dataset.copied ?? "";
        copier.classList.add("copied");
      } catch {
        getSelection().selectAllChildren(source); // no permission: at least ready for Ctrl+C
      }
    }
  });

  // ---- <form data-guard>: leaving with something typed and not sent asks first; and it is sent only where the
  // server answers: while it is started anew or the line is down, what was typed stays where it is

  const unsaved = new Set();

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) unsaved.add(form);
  });
  document.addEventListener("submit", (event) => send(event));

  const asked = new WeakSet();
  const reached = new WeakSet();

  async function send(event) {
    const form = event.target;
    const button = event.submitter;
    if (event.defaultPrevented || !form.matches("form[data-guard]") || reached.delete(form)) {
      unsaved.delete(form);
      return;
    }
    event.preventDefault();
    if (asked.has(form)) return;
    asked.add(form);
    const there = await isThere();
    asked.delete(form);
    document.querySelector(".unreachable")?.remove();
    if (there) {
      reached.add(form);
      form.requestSubmit(button);
    } else {
      const words = document.createElement("p");
      words.className = "fault-line unreachable mt-2";
      words.setAttribute("role", "alert");
      words.textContent = status?.dataset.unreachable ?? "";
      (button?.closest(".actions") ?? button ?? form.lastElementChild).after(words);
    }
  }

  async function isThere() {
    const small = document.querySelector('link[rel="icon"]').href; // the server's own, and cheap
    const look = { method: "HEAD", credentials: "omit", cache: "no-store" };
    try {
      const answer = await fetch(small, { ...look, signal: AbortSignal.timeout?.(5000) });
      return ![502, 503, 504].includes(answer.status); // what a proxy says for a server that is away
    } catch (error) {
      return error.name === "TimeoutError"; // slow is not gone
    }
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) unsaved.delete(event.target.closest("form"));
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved.size > 0) event.preventDefault();
  });
})();
