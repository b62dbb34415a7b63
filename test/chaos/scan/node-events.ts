import { existsSync, readFileSync } from "node:fs";

/** One line of a node's own log. Times are of the machine's monotonic clock. */
export interface NodeEvent {
  readonly node: number;
  readonly verb: "started" | "finished" | "refused" | "restarted";
  /** A subtask, or the probe that was restarted. */
  readonly what: string;
  readonly atMs: number;
}

export const readEvents = (file: string, node: number): readonly NodeEvent[] =>
  existsSync(file) ? eventsOf(readFileSync(file, "utf8"), node) : [];

/** The last line may have been cut short by a kill: it is left out. */
export const eventsOf = (text: string, node: number): readonly NodeEvent[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [verb = "", what = "", atMs = ""] = line.split(" ");
      return { node, verb: verb as NodeEvent["verb"], what, atMs: Number(atMs) };
    });

/** Subtasks of which more than one end was accepted. A kill between the acknowledgement and the line loses the line. */
export const acceptedTwice = (events: readonly NodeEvent[]): readonly string[] => {
  const finished = events.filter(({ verb }) => verb === "finished").map(({ what }) => what);
  return [...new Set(finished.filter((what, at) => finished.indexOf(what) !== at))];
};

/** The longest time from a kill until what its node had under way was begun by another. */
export const longestTakeoverMs = (
  events: readonly NodeEvent[],
  kills: readonly { readonly node: number; readonly atMs: number }[],
): number => {
  const inOrder = events.toSorted((a, b) => a.atMs - b.atMs);
  let longest = 0;
  for (const kill of kills) {
    const open = new Set<string>();
    for (const { node, verb, what, atMs } of inOrder) {
      if (atMs <= kill.atMs) {
        if (node === kill.node && verb === "started") open.add(what);
        if (verb === "finished" || verb === "refused") open.delete(what);
      } else if (verb === "started" && open.delete(what)) {
        longest = Math.max(longest, atMs - kill.atMs);
      }
    }
  }
  return Math.round(longest);
};

/** Ends of subtasks that were accepted in a part of a run. */
export const finishedPerSecond = (events: readonly NodeEvent[], fromMs: number, toMs: number): number => {
  const finished = events.filter(({ verb, atMs }) => verb === "finished" && atMs >= fromMs && atMs < toMs);
  return Math.round((finished.length / (toMs - fromMs)) * 10_000) / 10;
};
