import type { ReplyTo } from "../../../kernel/index.ts";
import type { Interception } from "../../../shared-memory/index.ts";
import type { Entry, InterceptionTable, TableStep } from "./interceptions/interception-table.ts";
import { mostChangedEntries, type Changes } from "./shard-message.ts";

/** One for each node, and a few that have gone. The one that was heard of longest ago makes room. */
const mostFollowers = 256;

/** How far a follower is that gets the table from its beginning. */
interface Walk {
  readonly entries: Iterator<Entry>;
  /** The table had this sequence when the walk began: entries up to it come from the walk, all else from the changes after it. */
  readonly headSequence: number;
  /** Where the follower has to ask from. */
  sequence: number;
}

interface Waiting {
  readonly afterSequence: number;
  readonly replyTo: ReplyTo<Changes>;
}

/** Those who keep a copy of the table of a shard. */
export class Followers {
  readonly #walks = new Map<string, Walk>();
  readonly #waiting = new Map<string, Waiting>();

  /** Answers now if there is something; else the follower waits until `told`, `over`, or its next question. @returns whether it waits */
  follow(table: InterceptionTable, follower: string, afterSequence: number, replyTo: ReplyTo<Changes>): boolean {
    this.over(follower);
    const changes = this.#changes(table, follower, afterSequence);
    if (changes.anew || changes.sequence > afterSequence) {
      replyTo.tell(changes);
      return false;
    }
    makeRoom(this.#waiting, (oldest) => this.over(oldest));
    this.#waiting.set(follower, { afterSequence, replyTo });
    return true;
  }

  /** The table has changed. */
  told(table: InterceptionTable): void {
    for (const [follower, { afterSequence, replyTo }] of this.#waiting) {
      if (table.sequence === afterSequence) continue;
      this.#waiting.delete(follower);
      replyTo.tell(this.#changes(table, follower, afterSequence));
    }
  }

  /** A follower has waited long enough. */
  over(follower: string): void {
    const waiting = this.#waiting.get(follower);
    if (waiting === undefined) return;
    this.#waiting.delete(follower);
    waiting.replyTo.tell(nothing(waiting.afterSequence));
  }

  /** The table is not known any more. */
  end(error: Error): void {
    for (const { replyTo } of this.#waiting.values()) replyTo.fail(error);
    this.#waiting.clear();
    this.#walks.clear();
  }

  #changes(table: InterceptionTable, follower: string, afterSequence: number): Changes {
    const walk = this.#walks.get(follower);
    this.#walks.delete(follower);
    const changes =
      walk === undefined
        ? changesAfter(table, afterSequence)
        : walk.sequence === afterSequence
          ? this.#walkOn(table, follower, walk)
          : undefined;
    if (changes !== undefined) return changes;
    const begun: Walk = { entries: table.all(), headSequence: table.sequence, sequence: 0 };
    return this.#walkOn(table, follower, begun) ?? nothing(afterSequence);
  }

  /** Undefined: what changed since the walk began is forgotten already. */
  #walkOn(table: InterceptionTable, follower: string, walk: Walk): Changes | undefined {
    const afterSequence = walk.sequence;
    const step = walk.sequence < walk.headSequence ? next(walk) : table.after(walk.sequence, mostChangedEntries);
    if (step === undefined) return undefined;
    walk.sequence = step.sequence;
    const more = step.sequence < table.sequence;
    if (more) this.#remember(follower, walk);
    return { type: "changes", afterSequence, anew: true, ...shown(step), more };
  }

  #remember(follower: string, walk: Walk): void {
    makeRoom(this.#walks, (oldest) => this.#walks.delete(oldest));
    this.#walks.set(follower, walk);
  }
}

const nothing = (sequence: number): Changes => ({
  type: "changes",
  afterSequence: sequence,
  sequence,
  anew: false,
  put: [],
  dropped: [],
  more: false,
});

const makeRoom = (followers: ReadonlyMap<string, unknown>, forget: (oldest: string) => void): void => {
  const [oldest] = followers.keys();
  if (followers.size >= mostFollowers && oldest !== undefined) forget(oldest);
};

const changesAfter = (table: InterceptionTable, afterSequence: number): Changes | undefined => {
  const step = table.after(afterSequence, mostChangedEntries);
  if (step === undefined) return undefined;
  return { type: "changes", afterSequence, anew: false, ...shown(step), more: step.sequence < table.sequence };
};

/** What was put after the walk began comes with the changes. */
const next = ({ entries, headSequence }: Walk): TableStep => {
  const put: Entry[] = [];
  while (put.length < mostChangedEntries) {
    const found = entries.next();
    if (found.done === true || found.value.sequence > headSequence) return { sequence: headSequence, put, dropped: [] };
    put.push(found.value);
  }
  return { sequence: put.at(-1)?.sequence ?? headSequence, put, dropped: [] };
};

const shown = ({ sequence, put, dropped }: TableStep): Pick<Changes, "sequence" | "put" | "dropped"> => ({
  sequence,
  put: put.map(interceptionOf),
  dropped,
});

const interceptionOf = ({ rule, field, subject, action, shadow, untilMs }: Entry): Interception => ({
  rule,
  field,
  subject,
  action,
  shadow,
  untilMs,
});
