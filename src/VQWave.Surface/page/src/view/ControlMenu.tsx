// The menu of a control: learn a controller, forget it, back to the default, type a value.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { edits, send } from "../player";
import { bindings, controls, learning } from "../state";
import { menu, typing, type OpenMenu } from "./menu-state";

export function ControlMenu() {
  const open = menu.value;
  return open === null ? null : <Menu key={open.key} open={open} />;
}

function Menu({ open }: { open: OpenMenu }) {
  const box = useRef<HTMLDivElement>(null);
  const control = controls.value.get(open.key);
  const binding = bindings.value.get(open.key);
  const canType = control !== undefined && (control.parameter.kind === "continuous" || control.parameter.kind === "integer");

  useLayoutEffect(() => {
    place(box.current!, open.anchor);
    box.current!.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, []);
  useEffect(() => {
    const outside = (event: Event) => {
      if (!box.current!.contains(event.target as Node)) {
        close(null);
      }
    };
    const later = setTimeout(() => document.addEventListener("pointerdown", outside));
    window.addEventListener("resize", closeNow);
    return () => {
      clearTimeout(later);
      document.removeEventListener("pointerdown", outside);
      window.removeEventListener("resize", closeNow);
    };
  }, []);

  if (control === undefined) {
    return null;
  }
  const { key, name, kind } = control.parameter;
  const act = (action: () => void) => () => {
    close(open.anchor);
    action();
  };
  return (
    <div class="menu" role="menu" aria-label={name} ref={box} data-testid="menu" onKeyDown={(event) => move(event, open.anchor)}>
      <div class="menu-title">{name}</div>
      {learning.value === key ? (
        <Item id="menu-cancel" text="Cancel learning" act={act(() => send({ do: "cancel_learning" }))} />
      ) : (
        <Item id="menu-learn" text="Learn a controller" act={act(() => send({ do: "learn", key }))} />
      )}
      {binding !== undefined && (
        <Item id="menu-unlearn" text={`Forget CC ${binding.controller}`} act={act(() => send({ do: "unlearn", key }))} />
      )}
      {kind !== "trigger" && (
        <Item
          id="menu-default"
          text="Back to the default"
          act={act(() => {
            edits.expect(key);
            send({ do: "default", key });
          })}
        />
      )}
      {canType && <Item id="menu-type" text="Type a value" act={act(() => (typing.value = key))} />}
    </div>
  );
}

function Item({ id, text, act }: { id: string; text: string; act: () => void }) {
  return (
    <button type="button" role="menuitem" class="menu-item" data-testid={id} onClick={act}>
      {text}
    </button>
  );
}

function closeNow(): void {
  menu.value = null;
}

function close(focus: HTMLElement | null): void {
  menu.value = null;
  focus?.focus();
}

function move(event: KeyboardEvent, anchor: HTMLElement): void {
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    close(anchor);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    items[(next + items.length) % items.length]?.focus();
  }
}

// Below the control or above it, wherever it is whole.
function place(box: HTMLElement, anchor: HTMLElement): void {
  const from = anchor.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const margin = 8;
  const below = from.bottom + margin + size.height <= window.innerHeight;
  const top = below ? from.bottom + 4 : Math.max(margin, from.top - size.height - 4);
  const left = Math.min(window.innerWidth - size.width - margin, Math.max(margin, from.left));
  box.style.setProperty("top", `${top}px`);
  box.style.setProperty("left", `${left}px`);
}
