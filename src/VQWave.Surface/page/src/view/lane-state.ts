// What the lanes stand for at this moment, and the gesture that changes it.
import { edits } from "../player";
import { status } from "../state";

/** Sets how fine the sound is by the lane that is touched. */
export function hearDownTo(level: number, lowest: number): void {
  edits.change("detail", lowest + level);
}

/** What a lane is doing: heard, ahead in the hierarchy, resting because nothing finer is asked for, or dropped for want of time. */
export function laneState(level: number): "heard" | "guides" | "rests" | "dropped" {
  const now = status.value;
  if (now === null || level < now.sounding_level) {
    return "guides";
  }
  if (level === now.sounding_level) {
    return "heard";
  }
  return level <= now.detail ? "dropped" : "rests";
}
