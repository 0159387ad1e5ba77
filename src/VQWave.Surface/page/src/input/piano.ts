// Notes that are held on this page: by fingers on the keyboard, by the computer's keys. Sends them, and lets all go where they
// could hang: when the page loses the keyboard, and when it is hidden.
import { signal } from "@preact/signals";
import { send } from "../player";
import { controls, say } from "../state";
import { offsetOfKey } from "./piano-keys";

/** Notes held on this page. */
export const held = signal<ReadonlySet<number>>(new Set());
/** The C from which the computer's keys begin: 60 is C4. */
export const octave = signal(60);

const VELOCITY = 100;
const LOWEST = 12;
const HIGHEST = 108;

const HINT_PAUSE = 20000;

let hinted = -HINT_PAUSE;
const holders = new Map<number, number>();
const keysDown = new Map<string, number>();

/** Begins a note; several holders may hold one. */
export function press(note: number, velocity: number): void {
  if (note < 0 || note > 127) {
    return;
  }
  const count = (holders.get(note) ?? 0) + 1;
  holders.set(note, count);
  if (count === 1) {
    hintAtMode();
    held.value = new Set(holders.keys());
    send({ do: "note", note, velocity: Math.min(127, Math.max(1, Math.round(velocity))) });
  }
}

// Notes are heard in one of the two modes only, which is easily forgotten.
function hintAtMode(): void {
  const now = performance.now();
  if (controls.value.get("mode")?.value.value === 0 && now - hinted > HINT_PAUSE) {
    hinted = now;
    say("surface", "In free run the keys are silent. Choose notes to play them.", false);
  }
}

export function lift(note: number): void {
  const count = holders.get(note);
  if (count === undefined) {
    return;
  }
  if (count > 1) {
    holders.set(note, count - 1);
    return;
  }
  holders.delete(note);
  held.value = new Set(holders.keys());
  send({ do: "note", note, velocity: 0 });
}

export function liftAll(): void {
  keysDown.clear();
  for (const note of [...holders.keys()]) {
    holders.set(note, 1);
    lift(note);
  }
}

export function shiftOctave(by: number): void {
  octave.value = Math.min(HIGHEST, Math.max(LOWEST, octave.value + 12 * by));
}

/** Makes the computer's keys a piano; the answer ends that. */
export function playComputerKeys(): () => void {
  const down = (event: KeyboardEvent) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    if (event.code === "KeyZ" || event.code === "KeyX") {
      shiftOctave(event.code === "KeyZ" ? -1 : 1);
      return;
    }
    const offset = offsetOfKey(event.code);
    if (offset !== null && !keysDown.has(event.code)) {
      event.preventDefault();
      keysDown.set(event.code, octave.value + offset);
      press(octave.value + offset, VELOCITY);
    }
  };
  const up = (event: KeyboardEvent) => {
    const note = keysDown.get(event.code);
    if (note !== undefined) {
      keysDown.delete(event.code);
      lift(note);
    }
  };
  const hidden = () => {
    if (document.hidden) {
      liftAll();
    }
  };
  window.addEventListener("keydown", down);
  window.addEventListener("keyup", up);
  window.addEventListener("blur", liftAll);
  window.addEventListener("pagehide", liftAll);
  document.addEventListener("visibilitychange", hidden);
  return () => {
    window.removeEventListener("keydown", down);
    window.removeEventListener("keyup", up);
    window.removeEventListener("blur", liftAll);
    window.removeEventListener("pagehide", liftAll);
    document.removeEventListener("visibilitychange", hidden);
  };
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
}
