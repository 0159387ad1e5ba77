// A value as text; a click makes it a field into which another is typed. The player reads what was typed, and says if it cannot.
import { useLayoutEffect, useRef } from "preact/hooks";
import { edits, send } from "../player";
import type { Control } from "../state";
import { typing } from "./menu-state";

export function ValueText({ control }: { control: Control }) {
  const { key, name } = control.parameter;
  if (typing.value === key) {
    return <ValueField control={control} />;
  }
  return (
    <button
      type="button"
      class="value"
      tabIndex={-1}
      aria-label={`${name}: ${control.text.value}. Type a value`}
      data-testid={`value-${key}`}
      onClick={() => (typing.value = key)}
    >
      {control.text}
    </button>
  );
}

function ValueField({ control }: { control: Control }) {
  const field = useRef<HTMLInputElement>(null);
  const { key, name } = control.parameter;
  const before = useRef(control.text.peek());
  const done = useRef(false);

  // Before the next key arrives: who types fast loses none.
  useLayoutEffect(() => {
    field.current!.focus();
    field.current!.select();
  }, []);

  const finish = (send_: boolean, refocus: boolean) => {
    if (done.current) {
      return;
    }
    done.current = true;
    const text = field.current!.value.trim();
    if (send_ && text !== "" && text !== before.current) {
      edits.expect(key);
      send({ do: "text", key, text });
    }
    typing.value = null;
    if (refocus) {
      document.querySelector<HTMLElement>(`[data-testid="knob-${key}"]`)?.focus();
    }
  };
  return (
    <input
      ref={field}
      class="value value-field"
      type="text"
      autocomplete="off"
      enterkeyhint="done"
      maxLength={24}
      aria-label={`${name}, a new value`}
      data-testid={`value-${key}`}
      value={before.current}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") {
          finish(true, true);
        } else if (event.key === "Escape") {
          finish(false, true);
        }
      }}
      onBlur={() => finish(true, false)}
    />
  );
}
