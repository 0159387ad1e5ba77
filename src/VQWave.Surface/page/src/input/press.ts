// A menu at a long press or a right click, for every control. A press that opened the menu is no click.
import { useRef } from "preact/hooks";
import { openMenu } from "../view/menu-state";

const LONG_PRESS = 550;
const SLACK = 8;

/** Handlers for an element that stands for a parameter. */
export function useControlMenu(key: string) {
  const press = useRef({ timer: 0, x: 0, y: 0, opened: false });

  const stop = () => clearTimeout(press.current.timer);

  return {
    onContextMenu(event: MouseEvent) {
      event.preventDefault();
      stop();
      openMenu(key, event.currentTarget as HTMLElement);
      press.current.opened = true;
    },
    onPointerDown(event: PointerEvent) {
      const state = press.current;
      state.opened = false;
      state.x = event.clientX;
      state.y = event.clientY;
      const target = event.currentTarget as HTMLElement;
      stop();
      if (event.button === 0) {
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
    onPointerUp: stop,
    onPointerCancel: stop,
    /** Whether this press has opened the menu, so that it is to do nothing else. */
    opened: () => press.current.opened,
  };
}
