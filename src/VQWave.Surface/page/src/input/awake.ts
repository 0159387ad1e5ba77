// Keeps the screen of a tablet on while the page is shown: a dark screen cannot be played. Browsers allow it over https or on this
// machine itself only; elsewhere the device's own setting decides.

export function stayAwake(): void {
  const ask = () => {
    if (!document.hidden && "wakeLock" in navigator) {
      navigator.wakeLock.request("screen").catch(() => {
        // A low battery, or a page that was hidden meanwhile: asked again when it is shown.
      });
    }
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}
