/* The version in the head of the page becomes a list that leads to the same page of the others, where there are others.
   The list comes from version-list.js; links are relative, so that it works from a folder too. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const versions = Array.isArray(globalThis.siteVersions) ? globalThis.siteVersions : [];
  if (versions.length < 2) return;
  for (const place of document.querySelectorAll(".version-switch")) {
    const { page, up } = place.dataset, shown = place.textContent.trim();
    const summary = document.createElement("summary"), list = document.createElement("ul");
    summary.textContent = shown;
    summary.setAttribute("aria-label", say("Version {version}", { version: shown }));
    for (const { name, path, lacks } of versions) {
      const link = document.createElement("a"), item = document.createElement("li");
      link.href = `${up}${path}/${lacks.includes(page) ? "index" : page}.html`;
      link.textContent = name;
      if (path === ".") link.setAttribute("aria-current", "true");
      item.append(link);
      list.append(item);
    }
    const details = document.createElement("details");
    details.append(summary, list);
    place.replaceChildren(details);
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      details.open = false;
      summary.focus();
    });
    document.addEventListener("click", (event) => { if (!details.contains(event.target)) details.open = false; });
  }
});
