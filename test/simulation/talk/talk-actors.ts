import { same, type Address, type Context, type Props } from "../../../src/kernel/index.ts";
import type { Correspondent, Recipient } from "./correspondent.ts";
import type { Answer, TalkMessage } from "./talk-protocol.ts";

export const talkPath = "/talk";
/** Exported by nobody. */
const privatePath = "/load";
const workers = ["w0", "w1"] as const;

type TalkerMessage =
  | TalkMessage
  | { readonly type: "act" }
  /** A worker of this node has stopped. */
  | { readonly type: "gone"; readonly worker: string }
  /** An actor of another node that this one watched has ended. */
  | { readonly type: "ended"; readonly watch: number; readonly target: string };

/** State is mutable and private to the actor. */
interface TalkerState {
  readonly workers: Map<string, Address<TalkMessage>>;
  /** Workers of other nodes, by name. */
  readonly known: Map<string, Recipient & { readonly id: string }>;
  /** The numbers of its watches, by the name of the target. */
  readonly watches: Map<string, number>;
}

const actEveryMs = 120;
const mostKnown = 8;
const mostNotes = 12;
const floodOf = 60;
const longestAnswerMs = 1_500;
const timeouts = [40, 1_000, 4_000, 60_000];

/** What every one of them does with a message of another node. */
const take = (
  by: Correspondent,
  self: Address<never>,
  message: TalkMessage,
  worker: () => Address<TalkMessage> | undefined,
): void => {
  const { history, world, enter } = by.setup;
  const { id, from, sequence } = message;
  history.note({ type: "handled", id, from, sequence, actor: by.nameOf(self) });
  if (message.type === "note") {
    if (message.echo) by.note(self, by.at(from.slice(0, from.indexOf(".")), talkPath), false);
    return;
  }
  const { replyTo, answer } = message;
  const reply = (): void => {
    const answered: Answer = { to: id, worker: worker() };
    replyTo.tell(answered);
  };
  if (answer === "now") return reply();
  if (answer === "late") {
    world.after(world.random.below(longestAnswerMs), () => enter(reply));
    return;
  }
  replyTo.signal.addEventListener("abort", () => world.count("branch: nobody waits for the answer"), { once: true });
};

/** Others may write to it, watch it and stop it. */
const workerProps = (by: Correspondent): Props<undefined, TalkMessage> => ({
  behavior: {
    initial: () => undefined,
    receive: (_, message, { self }) => {
      take(by, self, message, () => self);
      return same;
    },
  },
});

/** `/talk`: writes to the actors of other nodes, asks, watches and stops them, until nothing goes wrong any more. */
export const talkProps = (by: Correspondent): Props<TalkerState, TalkerMessage> => ({
  behavior: {
    initial: (context) => {
      by.setup.history.note({ type: "life", actor: by.nameOf(context.self) });
      const state: TalkerState = { workers: new Map(), known: new Map(), watches: new Map() };
      for (const name of workers) hire(by, state, name, context);
      context.timers.every("act", actEveryMs, { type: "act" });
      return state;
    },
    receive: (state, message, context) => {
      switch (message.type) {
        case "act":
          if (by.setup.world.healthy) context.timers.cancel("act");
          else act(by, state, context);
          return same;
        case "gone":
          hire(by, state, message.worker, context);
          return same;
        case "ended": {
          const { watch, target } = message;
          const { history, runs } = by.setup;
          history.note({ type: "terminated", watch, watcher: by.nameOf(context.self), target, runs: runs(target) });
          state.known.delete(target);
          if (state.watches.get(target) === watch) state.watches.delete(target);
          return same;
        }
        case "note":
        case "question":
          take(by, context.self, message, () => one(by, [...state.workers.values()]));
          return same;
      }
    },
  },
});

const one = <Item>({ setup: { world } }: Correspondent, items: readonly Item[]): Item | undefined =>
  items[world.random.below(Math.max(1, items.length))];

const hire = (
  by: Correspondent,
  { workers: hired }: TalkerState,
  name: string,
  context: Context<TalkerMessage>,
): void => {
  const worker = context.spawn(workerProps(by), name);
  hired.set(name, worker);
  context.watch(worker, { type: "gone", worker: name });
};

const act = (by: Correspondent, state: TalkerState, context: Context<TalkerMessage>): void => {
  const { world, remote } = by.setup;
  const peer = one(by, remote.peers());
  if (peer === undefined) return;
  const known = one(by, [...state.known.values()]);
  const path = world.chance(0.5) ? talkPath : `${talkPath}/${one(by, workers) ?? ""}`;
  const to = known !== undefined && world.chance(0.4) ? known : by.at(peer.node, path);
  const roll = world.random.next();
  if (roll < 0.03) for (let i = 0; i < floodOf; i += 1) by.note(context.self, to, false);
  else if (roll < 0.4)
    for (let i = 1 + world.random.below(mostNotes); i > 0; i -= 1) by.note(context.self, to, i === 1);
  else if (roll < 0.45) by.note(context.self, by.at(peer.node, privatePath), false);
  else if (roll < 0.75 || known === undefined) ask(by, state, to, context);
  else if (roll < 0.9) watch(by, state, known, context);
  else if (roll < 0.95) unwatch(by, state, known, context);
  else stop(by, known, context);
};

const ask = (by: Correspondent, state: TalkerState, to: Recipient, { self }: Context<TalkerMessage>): void => {
  const { world } = by.setup;
  const timeoutMs = one(by, timeouts) ?? 0;
  const answer = one(by, ["now", "now", "now", "late", "never"] as const) ?? "now";
  const abort = world.chance(0.2) ? new AbortController() : undefined;
  if (abort !== undefined) world.after(world.random.below(longestAnswerMs), () => by.setup.enter(() => abort.abort()));
  by.question(
    self,
    to,
    { answer, timeoutMs, ...(abort === undefined ? {} : { signal: abort.signal }) },
    ({ worker }) => {
      if (worker === undefined) return;
      const found = by.known(worker);
      state.known.set(found.id, found);
      const [oldest] = state.known.keys();
      if (state.known.size > mostKnown && oldest !== undefined) state.known.delete(oldest);
    },
  );
};

const watch = (
  by: Correspondent,
  { watches }: TalkerState,
  { address, id: target }: Recipient & { readonly id: string },
  context: Context<TalkerMessage>,
): void => {
  const { history } = by.setup;
  const number = history.nextId();
  watches.set(target, number);
  history.note({ type: "watch", watch: number, watcher: by.nameOf(context.self), target });
  context.watch(address, { type: "ended", watch: number, target });
};

const unwatch = (
  by: Correspondent,
  { watches }: TalkerState,
  { address, id: target }: Recipient & { readonly id: string },
  context: Context<TalkerMessage>,
): void => {
  const number = watches.get(target);
  if (number === undefined) return;
  watches.delete(target);
  by.setup.history.note({ type: "unwatch", watch: number });
  context.unwatch(address);
};

const stop = (
  by: Correspondent,
  { address, id }: Recipient & { readonly id: string },
  context: Context<TalkerMessage>,
): void => {
  const { history, runs, world } = by.setup;
  context.stop(address).then(
    () => {
      world.count("branch: actor of another node stopped");
      history.note({ type: "stop-ended", by: by.nameOf(context.self), target: id, runs: runs(id) });
    },
    () => world.count("branch: stop of another node's actor failed"),
  );
};
