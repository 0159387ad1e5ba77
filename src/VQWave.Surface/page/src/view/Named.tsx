// What lists of named things share: a name that can be changed in its place, and a deletion that asks.
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface RenameProps {
  name: string;
  /** For tests: the buttons are `ID-rename-NAME`, `ID-delete-NAME`. */
  id: string;
  /** What is deleted, for the question. */
  thing: string;
  rename(to: string): void;
  remove(): void;
}

export function RenameAndDelete({ name, id, thing, rename, remove }: RenameProps) {
  const [doing, setDoing] = useState<"" | "rename" | "delete">("");
  const field = useRef<HTMLInputElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    field.current?.select();
    field.current?.focus();
    keep.current?.focus();
  }, [doing]);

  if (doing === "rename") {
    return (
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          const to = field.current!.value.trim();
          if (to !== "" && to !== name) {
            rename(to);
          }
          setDoing("");
        }}
      >
        <input
          ref={field}
          type="text"
          maxLength={100}
          aria-label={`A new name for ${name}`}
          data-testid={`${id}-name-${name}`}
          defaultValue={name}
          onKeyDown={(event) => leaveAtEscape(event, () => setDoing(""))}
        />
        <button type="submit" class="button" data-testid={`${id}-rename-done-${name}`}>
          Rename
        </button>
      </form>
    );
  }
  if (doing === "delete") {
    return (
      <div class="inline-form" role="group" aria-label={`Delete ${name}?`} onKeyDown={(event) => leaveAtEscape(event, () => setDoing(""))}>
        <span>Delete this {thing}?</span>
        <button
          type="button"
          class="button danger"
          data-testid={`${id}-delete-yes-${name}`}
          onClick={() => {
            remove();
            setDoing("");
          }}
        >
          Delete
        </button>
        <button type="button" class="button" ref={keep} onClick={() => setDoing("")}>
          Keep
        </button>
      </div>
    );
  }
  return (
    <>
      <button type="button" class="button" aria-label={`Rename ${name}`} data-testid={`${id}-rename-${name}`} onClick={() => setDoing("rename")}>
        Rename
      </button>
      <button type="button" class="button" aria-label={`Delete ${name}`} data-testid={`${id}-delete-${name}`} onClick={() => setDoing("delete")}>
        Delete
      </button>
    </>
  );
}

function leaveAtEscape(event: KeyboardEvent, leave: () => void): void {
  if (event.key === "Escape") {
    event.stopPropagation();
    leave();
  }
}
