// Controllers that are plugged into the machine that shows this page: their messages go to the player. The browser asks the user first.
import { signal } from "@preact/signals";
import { send } from "../player";

/** What Web MIDI does, in a sentence. */
export const webMidi = signal<{ on: boolean; text: string }>({ on: false, text: "" });

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const CONTROLLER = 0xb0;
const PROGRAM = 0xc0;
const BEND = 0xe0;

let access: MIDIAccess | null = null;
const waiting = new Map<number, number[]>();
let scheduled = false;

/** Why Web MIDI cannot be used here; empty where it can. */
export function whyNoWebMidi(): string {
  if (!window.isSecureContext) {
    return "Browsers allow MIDI only over https or on this machine itself (127.0.0.1).";
  }
  return typeof navigator.requestMIDIAccess === "function" ? "" : "This browser has no Web MIDI.";
}

/** Asks for the controllers and forwards what they send. */
export async function startWebMidi(): Promise<void> {
  const why = whyNoWebMidi();
  if (why !== "") {
    webMidi.value = { on: false, text: why };
    return;
  }
  try {
    access = await navigator.requestMIDIAccess({ sysex: false });
  } catch {
    webMidi.value = { on: false, text: "The browser did not allow it." };
    return;
  }
  access.onstatechange = attach;
  attach();
}

export function stopWebMidi(): void {
  if (access !== null) {
    access.onstatechange = null;
    for (const input of access.inputs.values()) {
      input.onmidimessage = null;
    }
    access = null;
  }
  webMidi.value = { on: false, text: "" };
}

function attach(): void {
  if (access === null) {
    return;
  }
  const names: string[] = [];
  for (const input of access.inputs.values()) {
    input.onmidimessage = (event) => {
      if (event.data !== null) {
        forward(event.data);
      }
    };
    names.push(input.name ?? "an input without a name");
  }
  webMidi.value = { on: true, text: names.length === 0 ? "No controllers yet; plug one in." : names.join(", ") };
}

/** Sends a message on. Controllers and bends go once a frame, the latest of each, so that a fast wheel does not flood the player. */
export function forward(data: Uint8Array): void {
  const bytes = [...data.subarray(0, 3)];
  const kind = bytes[0]! & 0xf0;
  if (kind === NOTE_OFF || kind === NOTE_ON || kind === PROGRAM) {
    flush();
    send({ do: "midi", bytes });
  } else if (kind === CONTROLLER || kind === BEND) {
    waiting.set(bytes[0]! * 128 + (kind === CONTROLLER ? bytes[1]! : 0), bytes);
    if (!scheduled) {
      scheduled = true;
      setTimeout(flush, 8);
    }
  }
}

function flush(): void {
  scheduled = false;
  for (const bytes of waiting.values()) {
    send({ do: "midi", bytes });
  }
  waiting.clear();
}
