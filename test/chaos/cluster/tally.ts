import type { Clock } from "../../../src/base/clock.ts";
import { unreachable } from "../../../src/base/unreachable.ts";
import { ownedKind, type Grant, type OwnedKind } from "../../../src/cluster/index.ts";
import { same, type Context, type Props } from "../../../src/kernel/index.ts";
import { StoreError, type Change, type Space } from "../../../src/store/index.ts";
import type { OwnedRecord, OwnerFact, OwnerLog, OwnerVerb } from "./owner-log.ts";

/**
 * An owner that writes all the time, one write of each of two records under way: one that only its fence protects from stale writers, and
 * one that counts without a gap. Beside that it does things outside, which no fence can refuse, and which it may do before its deadline only.
 */
type TallyMessage =
  | { readonly type: "write"; readonly record: Written }
  /** A write has been answered, or never will be. */
  | { readonly type: "answered"; readonly record: "fenced" }
  | { readonly type: "answered"; readonly record: "counted"; readonly known: Known | undefined }
  | { readonly type: "act" };

type Written = Exclude<OwnedRecord, "none">;

/** What the owner last knew the counted record to be. */
interface Known {
  readonly count: number;
  readonly version: number;
}

/** State is mutable and private to the actor. */
interface TallyState {
  /** Of the fenced record, since the begin of this life. */
  written: number;
  /** `undefined`: it has to be read before the next count. */
  known: Known | undefined;
}

/** A defect put into the owner, to show that the run finds it. `fence`: it commits without one. `deadline`: it acts as long as it lives. */
export type Defect = "fence" | "deadline";

export interface TallySetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly log: OwnerLog;
  readonly defect: Defect | undefined;
}

/** What has to be worked out before a write and before an action. Most of the time this is what a fault hits. */
const beforeWriteMs = 100;
const beforeActionMs = 250;
/** What an action takes at most: there has to be that much left before the deadline. */
const actionMs = 20;

class Tally {
  readonly #setup: TallySetup;
  readonly #grant: Grant;
  readonly #owned: string;

  constructor(setup: TallySetup, grant: Grant) {
    this.#setup = setup;
    this.#grant = grant;
    this.#owned = `${grant.kind}/${grant.shard}`;
  }

  note(verb: OwnerVerb, facts: Partial<OwnerFact> = {}): void {
    const { token } = this.#grant;
    const deadlineMs = this.#grant.deadlineMs();
    this.#setup.log.write({
      ...{ verb, owned: this.#owned, record: "none", token, count: 0, revision: 0, deadlineMs },
      ...facts,
    });
  }

  /**
   * Something that happens outside, such as a packet to a target, not after the owner's life and not after its deadline. It is judged by
   * the time at which it was done.
   */
  async act(life: AbortSignal): Promise<void> {
    const { clock, defect } = this.#setup;
    await this.#work(beforeActionMs);
    if (life.aborted) return;
    if (defect === "deadline" || clock.monotonicMs() + actionMs <= this.#grant.deadlineMs()) this.note("effect");
  }

  async writeFenced(count: number): Promise<void> {
    await this.#work(beforeWriteMs);
    await this.#commit("fenced", count, undefined);
  }

  /** @returns what the record is now; `undefined` if that is not known */
  async writeCounted(known: Known | undefined): Promise<Known | undefined> {
    await this.#work(beforeWriteMs);
    const { count, version } = known ?? (await this.#read()) ?? {};
    if (count === undefined || version === undefined) return undefined;
    const revision = await this.#commit("counted", count + 1, version);
    return revision === undefined ? undefined : { count: count + 1, version: revision };
  }

  #work(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#setup.clock.after(ms, resolve));
  }

  async #read(): Promise<Known | undefined> {
    try {
      const record = await this.#setup.space.records.get(this.#key("counted"));
      if (record === undefined) return { count: 0, version: 0 };
      const { count, token } = record.value as { readonly count: number; readonly token: number };
      this.note("found", { record: "counted", count, token, revision: record.version });
      return { count, version: record.version };
    } catch (error) {
      if (error instanceof StoreError) return undefined;
      throw error;
    }
  }

  async #commit(record: Written, count: number, version: number | undefined): Promise<number | undefined> {
    const { space, defect } = this.#setup;
    const { guard, token } = this.#grant;
    const value = { token, count, owned: this.#owned };
    const expected = version === undefined ? {} : { expectedVersion: version };
    const put: Change = { type: "put", key: this.#key(record), value, ...expected };
    this.note("sent", { record, count });
    try {
      const { revision } = await space.commit(defect === "fence" ? undefined : guard, [put]);
      this.note("accepted", { record, count, revision });
      return revision;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const answer = answerOf(error);
      this.note(answer, { record, count });
      if (answer === "refused") this.#grant.surrender();
      return undefined;
    }
  }

  #key(record: Written): string {
    return `${record}/${this.#owned}`;
  }
}

const answerOf = ({ code }: StoreError): OwnerVerb => {
  if (code === "stale-guard") return "refused";
  return code === "version-conflict" ? "conflict" : "unknown";
};

/**
 * Not awaited by the actor: it has to act and to stop while the store hangs. Work that is under way when it stops goes on to its write, as
 * an engine does that hears of it too late; that is the fence's to judge.
 */
const write = (tally: Tally, record: Written, state: TallyState, { self }: Context<TallyMessage>): void => {
  // (By the time an answer is heard, the actor may have stopped.)
  if (record === "counted") {
    void tally.writeCounted(state.known).then((known) => self.tell({ type: "answered", record, known }));
    return;
  }
  state.written += 1;
  void tally.writeFenced(state.written).then(() => self.tell({ type: "answered", record }));
};

const tallyProps = (setup: TallySetup, grant: Grant): Props<TallyState, TallyMessage> => {
  const tally = new Tally(setup, grant);
  return {
    behavior: {
      initial: ({ self }) => {
        tally.note("granted");
        self.tell({ type: "write", record: "fenced" });
        self.tell({ type: "write", record: "counted" });
        self.tell({ type: "act" });
        return { written: 0, known: undefined };
      },
      receive: (state, message, context) => {
        switch (message.type) {
          case "write":
            write(tally, message.record, state, context);
            return same;
          case "answered":
            if (message.record === "counted") state.known = message.known;
            write(tally, message.record, state, context);
            return same;
          case "act":
            void tally.act(context.signal).then(() => context.self.tell({ type: "act" }));
            return same;
          default:
            return unreachable(message);
        }
      },
      stopped: () => tally.note("stopped"),
    },
  };
};

/** A singleton, and a kind of many shards. */
export const tallyKinds = (setup: TallySetup, shards: number): readonly OwnedKind[] =>
  [
    { name: "alone", shards: 1 },
    { name: "tally", shards },
  ].map((kind) => ownedKind({ ...kind, space: setup.space, props: (grant) => tallyProps(setup, grant) }));
