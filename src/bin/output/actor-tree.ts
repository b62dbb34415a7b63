import type { Actor, NodeActors } from "../../client/index.ts";
import { printable } from "../../base/printable.ts";

const nameChars = 80;

/** A tree flattened: the branches before each actor's name, and the actor. */
function* rowsOf(
  actor: Actor,
  before: string,
  own: string,
): Generator<{ readonly name: string; readonly actor: Actor }> {
  const name = actor.path === "/" ? "/" : actor.path.slice(actor.path.lastIndexOf("/") + 1);
  yield { name: `${own}${printable(name, nameChars)}`, actor };
  const last = actor.children.length - 1;
  for (const [at, child] of actor.children.entries()) {
    yield* rowsOf(child, `${before}${at === last ? "   " : "│  "}`, `${before}${at === last ? "└─ " : "├─ "}`);
  }
}

const stateOf = ({ phase, busy }: Actor): string => `${printable(phase)}${busy ? "*" : ""}`;

const head = ["", "phase", "mailbox", "handled", "failures", "restarts"];

/** A node with its state and, except for the one that was asked, how that one's link to it is. */
const nodeLine = ({ node, state, link, error }: NodeActors): string => {
  const about = [state, link === "" ? "" : `link ${link}`].filter((text) => text !== "");
  const place = about.length === 0 ? "" : `  ${printable(about.join(", "))}`;
  return `${printable(node)}${place}${error === "" ? "" : `: ${printable(error, 500)}`}`;
};

/** The actors of some nodes as indented text with aligned columns. A phase with `*`: a handler runs now. */
export const actorTree = (nodes: readonly NodeActors[]): string => {
  const rows: (readonly string[])[] = [head];
  for (const node of nodes) {
    const { root } = node;
    rows.push([nodeLine(node)]);
    if (root === undefined) continue;
    for (const { name, actor } of rowsOf(root, "", "")) {
      const { mailboxWaiting, mailboxCapacity, handled, failures, restarts } = actor;
      const counts = [handled, failures, restarts].map(String);
      rows.push([name, stateOf(actor), `${mailboxWaiting}/${mailboxCapacity}`, ...counts]);
    }
  }
  const aligned = rows.filter((row) => row.length > 1);
  const widths = head.map((_, column) => Math.max(...aligned.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (row.length === 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
};
