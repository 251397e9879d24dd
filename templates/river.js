// Small comforts of the pages, which work without them: times in the reader's own zone, and the keys j, k and /.
"use strict";
(() => {
  const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const fromNow = (at) => {
    const seconds = (at.getTime() - Date.now()) / 1000;
    if (Math.abs(seconds) > 45 * 86400) return moment.format(at);
    const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units.at(-1);
    return relative.format(Math.round(seconds / length), unit);
  };
  for (const time of document.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = moment.format(at);
    if (time.dataset.as === "moment") time.textContent = moment.format(at);
    if (time.dataset.as === "relative") time.textContent = fromNow(at);
    if (time.dataset.as === "clock") {
      // Headings name the days of the server's zone. A time that is another day for the reader says so.
      const heading = time.closest("section")?.querySelector("[data-day]")?.dataset.day;
      const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
      time.textContent = !heading || heading === day ? clock.format(at) : moment.format(at);
    }
  }

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable], audio, video") !== null;
  const move = (step) => {
    const links = [...document.querySelectorAll("[data-entry]")];
    if (links.length === 0) return false;
    const focused = links.indexOf(document.activeElement);
    // Without focus, begin at what is on the screen.
    const visible = links.findIndex((link) => link.getBoundingClientRect().top >= 0);
    const from = focused >= 0 ? focused + step : Math.max(visible, 0);
    const link = links[Math.min(Math.max(from, 0), links.length - 1)];
    link.focus();
    link.closest("article").scrollIntoView({ block: "nearest" });
    return true;
  };
  const follow = (rel) => {
    const link = document.querySelector(`a[rel~="${rel}"]`);
    if (link) link.click();
    return link !== null;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const acts = {
      j: () => move(1) || follow("next"),
      k: () => move(-1) || follow("prev"),
      "/": () => {
        const search = document.querySelector("input[type=search]");
        if (search) search.focus();
        return search !== null;
      },
    };
    const act = acts[event.key];
    if (act && act()) event.preventDefault();
  });
})();
