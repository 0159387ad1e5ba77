// The keyboard on the screen: for several fingers and the mouse, louder nearer to the lower edge; shows what is held, here and elsewhere.
import { signal, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { held, lift, octave, playComputerKeys, press, shiftOctave } from "../input/piano";
import { layPiano, letterOf } from "../input/piano-keys";
import { noteName } from "../model/scale";
import { status } from "../state";

/** CSS pixels of a white key, at least: as wide as a finger. */
const KEY_WIDTH = 44;
const MOST_WHITES = 36;

const whites = signal(15);

export function Keyboard() {
  const keys = useRef<HTMLDivElement>(null);
  const fingers = useRef(new Map<number, number>());

  useEffect(() => playComputerKeys(), []);
  useEffect(() => {
    const observer = new ResizeObserver((entries) => {
      const width = entries[0]!.contentRect.width;
      whites.value = Math.max(7, Math.min(MOST_WHITES, Math.floor(width / KEY_WIDTH)));
    });
    observer.observe(keys.current!);
    return () => observer.disconnect();
  }, []);

  const start = useComputed(() => Math.max(0, octave.value - 12 * Math.floor(Math.max(0, whites.value - 8) / 14)));
  const elsewhere = useComputed(() => (status.value?.notes ?? []).join());
  const sounding = useComputed(() => new Set([...held.value, ...elsewhere.value.split(",").filter(Boolean).map(Number)]));

  const down = (event: PointerEvent) => {
    const hit = keyAt(event);
    if (hit === null || event.button !== 0) {
      return;
    }
    event.preventDefault();
    (event.target as HTMLElement).releasePointerCapture?.(event.pointerId);
    fingers.current.set(event.pointerId, hit.note);
    press(hit.note, hit.velocity);
  };
  const move = (event: PointerEvent) => {
    const before = fingers.current.get(event.pointerId);
    if (before === undefined) {
      return;
    }
    const hit = keyAt(event);
    if (hit !== null && hit.note !== before) {
      fingers.current.set(event.pointerId, hit.note);
      press(hit.note, hit.velocity);
      lift(before);
    }
  };
  const up = (event: PointerEvent) => {
    const note = fingers.current.get(event.pointerId);
    if (note !== undefined) {
      fingers.current.delete(event.pointerId);
      lift(note);
    }
  };
  useEffect(() => {
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", up);
    return () => {
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", up);
    };
  }, []);

  return (
    <section class="keyboard" aria-label="Keyboard">
      <div class="octave">
        <button type="button" class="button" aria-label="An octave down" data-testid="octave-down" onClick={() => shiftOctave(-1)}>
          ‹
        </button>
        <span class="octave-name" aria-live="polite">
          {noteName(octave.value)}
        </span>
        <button type="button" class="button" aria-label="An octave up" data-testid="octave-up" onClick={() => shiftOctave(1)}>
          ›
        </button>
      </div>
      <div class="keys" ref={keys} onPointerDown={down} onPointerMove={move} onContextMenu={(event) => event.preventDefault()}>
        {layPiano(start.value, whites.value).map((key) => {
          const letter = letterOf(key.note - octave.value);
          return (
            <button
              type="button"
              key={key.note}
              tabIndex={-1}
              class={`key ${key.black ? "black" : "white"} ${sounding.value.has(key.note) ? "sounds" : ""}`}
              aria-label={noteName(key.note)}
              aria-pressed={sounding.value.has(key.note)}
              data-letter={letter}
              data-note={key.note}
              data-testid={`key-${key.note}`}
              style={{ left: `${100 * key.left}%`, width: `${100 * key.width}%` }}
            >
              {key.note % 12 === 0 && <span class="key-name" aria-hidden="true">{noteName(key.note)}</span>}
            </button>
          );
        })}
      </div>
    </section>
  );
}

function keyAt(event: PointerEvent): { note: number; velocity: number } | null {
  const key = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>("[data-note]");
  if (key === null || key === undefined) {
    return null;
  }
  const box = key.getBoundingClientRect();
  const depth = Math.min(1, Math.max(0, (event.clientY - box.top) / box.height));
  return { note: Number(key.dataset["note"]), velocity: 30 + 97 * depth };
}
