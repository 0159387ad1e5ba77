// What is said to the user: the connection, what goes wrong, and the newest message for a while.
import { useEffect, useState } from "preact/hooks";
import { connect } from "../player";
import { connection, connectionText, learning, limited, messages, controls, status } from "../state";
import { send } from "../player";

const SHOWN = 6000;
const PROBLEM_SHOWN = 15000;

export function Banner() {
  return (
    <div class="banners">
      {connection.value !== "connected" && (
        <div class={`banner ${connection.value}`} role="alert" data-testid="banner">
          {connectionText}
          {connection.value === "ended" && (
            <button type="button" class="button" data-testid="connect-again" onClick={connect}>
              Connect again
            </button>
          )}
        </div>
      )}
      <Fault />
      {learning.value !== null && <Learning id={learning.value} />}
      {limited.value && (
        <div class="banner" role="status">
          Too much at once from this page: some of it was left out.
        </div>
      )}
      <Newest />
    </div>
  );
}

function Fault() {
  const fault = status.value?.fault ?? null;
  return fault === null ? null : (
    <div class="banner problem" role="alert">
      {fault}
    </div>
  );
}

function Learning({ id }: { id: string }) {
  const name = controls.value.get(id)?.parameter.name ?? id;
  return (
    <div class="banner learning" role="status" data-testid="learning">
      <span>
        Move the controller that is to move <strong>{name}</strong>.
      </span>
      <button type="button" class="button" data-testid="cancel-learning" onClick={() => send({ do: "cancel_learning" })}>
        Cancel
      </button>
    </div>
  );
}

function Newest() {
  const newest = messages.value[0];
  const [hidden, hide] = useState(-1);
  useEffect(() => {
    if (newest === undefined) {
      return;
    }
    const timer = setTimeout(() => hide(newest.id), newest.problem ? PROBLEM_SHOWN : SHOWN);
    return () => clearTimeout(timer);
  }, [newest?.id]);
  const shown = newest !== undefined && hidden !== newest.id;
  return (
    <div class="message-place" aria-live="polite" data-testid="message">
      {shown && (
        <div class={`banner message ${newest.problem ? "problem" : ""}`}>
          <span>{newest.text}</span>
          <button type="button" class="button small" aria-label="Close the message" onClick={() => hide(newest.id)}>
            ×
          </button>
        </div>
      )}
    </div>
  );
}
