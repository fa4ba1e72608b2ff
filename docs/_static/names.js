/* The small arrows of the sidebar get a name that a screen reader can say. */
document.addEventListener("DOMContentLoaded", () => {
  for (const arrow of document.querySelectorAll("summary:has(.toctree-toggle)")) {
    const link = arrow.parentElement.parentElement.querySelector("a");
    arrow.setAttribute("aria-label", `Pages of ${link ? link.textContent.trim() : "this section"}`);
  }
});
