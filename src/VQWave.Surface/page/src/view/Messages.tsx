// What the player says, newest first: beside the spectrogram where there is room, else over the lanes for a while.
import { useEffect, useState } from "preact/hooks";
import { messages } from "../state";

const SHOWN = 6000;
const PROBLEM_SHOWN = 15000;
const KEPT = 4;

export function Messages() {
  const newest = messages.value[0];
  const [old, setOld] = useState(-1);
  useEffect(() => {
    if (newest === undefined) {
      return;
    }
    const timer = setTimeout(() => setOld(newest.id), newest.problem ? PROBLEM_SHOWN : SHOWN);
    return () => clearTimeout(timer);
  }, [newest?.id]);
  const fresh = newest !== undefined && old !== newest.id;
  return (
    <div class={`messages ${fresh ? "fresh" : ""}`} role="log" aria-label="Messages">
      <span class={`said newest ${newest?.problem === true ? "problem-text" : ""}`} data-testid="message">
        {newest?.text}
      </span>
      {messages.value.slice(1, KEPT).map((message) => (
        <span key={message.id} class={`said older ${message.problem ? "problem-text" : ""}`}>
          {message.text}
        </span>
      ))}
    </div>
  );
}
