// A panel at the side that leaves the stage playable. Escape closes it, and the focus goes back to where it came from.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { panel } from "../state";

interface DrawerProps {
  title: string;
  /** For tests. */
  id: string;
  children: ComponentChildren;
}

export function Drawer({ title, id, children }: DrawerProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    if (!box.current!.contains(before)) {
      box.current!.focus();
    }
    // Wherever the focus is: what had it may have gone with a deleted row.
    const escape = (event: KeyboardEvent) => {
      if (event.key === "Escape") {
        panel.value = null;
      }
    };
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("keydown", escape);
      before?.focus?.();
    };
  }, []);
  return (
    <div
      class="drawer"
      ref={box}
      tabIndex={-1}
      role="dialog"
      aria-label={title}
      data-testid={`drawer-${id}`}
    >
      <div class="drawer-head">
        <h2>{title}</h2>
        <button type="button" class="button" aria-label={`Close ${title}`} data-testid="drawer-close" onClick={() => (panel.value = null)}>
          ×
        </button>
      </div>
      <div class="drawer-body">{children}</div>
    </div>
  );
}
