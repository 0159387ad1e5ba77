// A menu at a long press or a right click, for every control. A press that opened the menu is no click.
import { useRef } from "preact/hooks";
import { openMenu } from "../view/menu-state";

const LONG_PRESS = 550;
const SLACK = 8;

/** Handlers for an element that stands for a parameter. */
export function useControlMenu(key: string) {
  const press = useRef({ timer: 0, x: 0, y: 0, down: false, opened: false });

  const stop = () => clearTimeout(press.current.timer);
  const end = () => {
    press.current.down = false;
    stop();
  };

  return {
    onContextMenu(event: MouseEvent) {
      event.preventDefault();
      stop();
      openMenu(key, event.currentTarget as HTMLElement);
      // A finger's press opens it before the finger leaves; the menu key and the right button are followed by no click.
      press.current.opened = press.current.down;
    },
    onPointerDown(event: PointerEvent) {
      const state = press.current;
      state.opened = false;
      state.down = event.button === 0;
      state.x = event.clientX;
      state.y = event.clientY;
      const target = event.currentTarget as HTMLElement;
      stop();
      if (event.pointerType !== "mouse") {
        state.timer = window.setTimeout(() => {
          state.opened = true;
          openMenu(key, target);
        }, LONG_PRESS);
      }
    },
    onPointerMove(event: PointerEvent) {
      const state = press.current;
      if (Math.hypot(event.clientX - state.x, event.clientY - state.y) > SLACK) {
        stop();
      }
    },
    onPointerUp: end,
    onPointerCancel: end,
    /** Whether this press has opened the menu, so that it is to do nothing else. */
    opened: () => press.current.opened,
  };
}
