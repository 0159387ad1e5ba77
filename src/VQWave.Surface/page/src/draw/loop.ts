// One animation loop for all drawings, and canvases that keep as many pixels as the screen has.
import { counters } from "../player";

/** Draws a frame; `now` is the page's clock in milliseconds. Must allocate nothing that lasts. */
export type Draw = (now: number) => void;

const draws: Draw[] = [];
let running = false;

/** Adds a drawing to the loop; the answer takes it out. Nothing is drawn while the page is hidden. */
export function everyFrame(draw: Draw): () => void {
  draws.push(draw);
  if (!running) {
    running = true;
    requestAnimationFrame(frame);
  }
  return () => {
    const index = draws.indexOf(draw);
    if (index >= 0) {
      draws.splice(index, 1);
    }
  };
}

function frame(now: number): void {
  if (draws.length === 0) {
    running = false;
    return;
  }
  counters.frames++;
  for (let i = 0; i < draws.length; i++) {
    draws[i]!(now);
  }
  requestAnimationFrame(frame);
}

/**
 * Keeps a canvas as large as it is shown, in the screen's own pixels, and says when that changes.
 * @param resized called at once and with every change: width and height in screen pixels, and screen pixels a CSS pixel
 */
export function fitCanvas(canvas: HTMLCanvasElement, resized: (width: number, height: number, ratio: number) => void): () => void {
  let last = "";
  const fit = () => {
    const ratio = window.devicePixelRatio || 1;
    const box = canvas.getBoundingClientRect();
    const width = Math.max(1, Math.round(box.width * ratio));
    const height = Math.max(1, Math.round(box.height * ratio));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const size = `${width} ${height} ${ratio}`;
    if (size !== last) {
      last = size;
      resized(width, height, ratio);
    }
  };
  fit();
  const observer = new ResizeObserver(fit);
  observer.observe(canvas);
  window.addEventListener("resize", fit);
  return () => {
    observer.disconnect();
    window.removeEventListener("resize", fit);
  };
}
