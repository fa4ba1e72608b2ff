/* The small arrows of the sidebar get a name that a screen reader can say. */
document.addEventListener("DOMContentLoaded", () => {
  for (const arrow of document.querySelectorAll("summary:has(.toctree-toggle)")) {
    const link = arrow.parentElement.parentElement.querySelector("a");
    arrow.setAttribute("aria-label", say("Pages of {part}", { part: link ? link.textContent.trim() : say("this section") }));
  }
});
