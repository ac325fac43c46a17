// Runs before anything is drawn, so that a page never flashes in the other theme.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("glassnet-theme");
  } catch {
    // A browser that keeps nothing follows the system.
  }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.theme = chosen ?? (dark.matches ? "dark" : "light");
  };
  apply();
  dark.addEventListener("change", apply);
})();
