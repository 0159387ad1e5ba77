// Hands on a knob: drag, wheel, keys, double click. Places run from 0 to 1 over the parameter's skewed range.
import { useEffect, useRef } from "preact/hooks";
import { step, toPlace, toPlain } from "../model/scale";
import { edits, send } from "../player";
import type { Control } from "../state";
import { typing } from "../view/menu-state";

/** Pixels of a drag over the whole range, and with shift. */
const TRAVEL = 220;
const FINE_TRAVEL = 1600;
const DOUBLE_TAP = 350;
const SLACK = 4;

interface Drag {
  pointer: number;
  y: number;
  place: number;
  moved: boolean;
  lastTap: number;
}

/** Handlers for a knob's element; `ref` is for the wheel, which must be able to stop the page from scrolling. */
export function useKnobDrag(control: Control, menuOpened: () => boolean) {
  const element = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag>({ pointer: -1, y: 0, place: 0, moved: false, lastTap: -Infinity });
  const { parameter, value } = control;
  const { key } = parameter;

  useEffect(() => {
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const size = (event.shiftKey ? 0.004 : 0.02) * (event.deltaY + event.deltaX > 0 ? -1 : 1);
      edits.change(key, step(parameter, value.peek(), size));
    };
    const knob = element.current!;
    knob.addEventListener("wheel", wheel, { passive: false });
    return () => {
      knob.removeEventListener("wheel", wheel);
      // A knob that goes away under the hand lets go.
      if (drag.current.pointer !== -1) {
        drag.current.pointer = -1;
        edits.release(key);
      }
    };
  }, [control]);

  const end = (event: PointerEvent) => {
    const state = drag.current;
    if (event.pointerId !== state.pointer) {
      return;
    }
    state.pointer = -1;
    edits.release(key);
    if (state.moved || menuOpened() || event.type === "pointercancel") {
      state.lastTap = -Infinity;
      return;
    }
    if (event.timeStamp - state.lastTap < DOUBLE_TAP) {
      state.lastTap = -Infinity;
      toDefault(key);
    } else {
      state.lastTap = event.timeStamp;
    }
  };

  return {
    element,
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0 || drag.current.pointer !== -1) {
        return;
      }
      const knob = event.currentTarget as HTMLElement;
      knob.setPointerCapture(event.pointerId);
      knob.focus({ preventScroll: true });
      Object.assign(drag.current, { pointer: event.pointerId, y: event.clientY, place: toPlace(parameter, value.peek()), moved: false });
      edits.hold(key);
    },
    onPointerMove(event: PointerEvent) {
      const state = drag.current;
      if (event.pointerId !== state.pointer || menuOpened()) {
        return;
      }
      const up = state.y - event.clientY;
      if (!state.moved && Math.abs(up) < SLACK) {
        return;
      }
      state.moved = true;
      state.y = event.clientY;
      state.place = Math.min(1, Math.max(0, state.place + up / (event.shiftKey ? FINE_TRAVEL : TRAVEL)));
      const next = toPlain(parameter, state.place);
      if (next !== value.peek()) {
        edits.change(key, next);
      }
    },
    onPointerUp: end,
    onPointerCancel: end,
    onKeyDown(event: KeyboardEvent) {
      const next = afterKey(event, control);
      if (next !== null) {
        event.preventDefault();
        edits.change(key, next);
      } else if (event.key === "Enter") {
        event.preventDefault();
        typing.value = key;
      } else if (event.key === "Backspace" || event.key === "Delete") {
        event.preventDefault();
        toDefault(key);
      }
    },
  };
}

/** Back to the default, as the player knows it. */
export function toDefault(key: string): void {
  edits.expect(key);
  send({ do: "default", key });
}

function afterKey(event: KeyboardEvent, { parameter, value }: Control): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return null;
  }
  const small = event.shiftKey ? 0.002 : 0.01;
  const now = value.peek();
  switch (event.key) {
    case "ArrowUp":
    case "ArrowRight":
      return step(parameter, now, small);
    case "ArrowDown":
    case "ArrowLeft":
      return step(parameter, now, -small);
    case "PageUp":
      return step(parameter, now, 0.1);
    case "PageDown":
      return step(parameter, now, -0.1);
    case "Home":
      return parameter.min;
    case "End":
      return parameter.max;
    default:
      return null;
  }
}
