import { ClusterError, type Remote } from "../../../src/cluster/index.ts";
import { KernelError, same, type Address, type Context, type Props } from "../../../src/kernel/index.ts";
import type { ActorRef } from "../../../src/wire/index.ts";
import type { TalkLog } from "./talk-log.ts";
import { nameOf, refOf, talkProtocol, type TalkMessage } from "./talk-message.ts";

export interface TalkSetup {
  readonly remote: Remote;
  readonly log: TalkLog;
}

export const echoPath = "/echo";
export const hostPath = "/host";
const askMs = 1_500;
const longestLifeMs = 30_000;
const mostKnown = 12;
const padding = "x".repeat(150);

/** Numbers the notes of one sender to each receiver, and writes them down. */
class Pen {
  readonly #setup: TalkSetup;
  readonly #from: string;
  readonly #numbers = new Map<string, number>();

  constructor(setup: TalkSetup, self: Address<never>) {
    this.#setup = setup;
    this.#from = nameOf(setup.remote.refOf(self));
  }

  get name(): string {
    return this.#from;
  }

  note(to: string): void {
    const { log, remote } = this.#setup;
    const n = (this.#numbers.get(to) ?? 0) + 1;
    this.#numbers.set(to, n);
    const about = { from: this.#from, to, n };
    log.note({ t: "tell", ...about });
    const taken = remote.addressOf(talkProtocol, refOf(to)).tell({ type: "note", from: this.#from, n, padding });
    if (!taken) log.note({ t: "not-taken", ...about });
  }
}

/** `/echo`: takes notes and answers questions for as long as its node lives. */
export const echoProps = (setup: TalkSetup): Props<string, TalkMessage> => ({
  behavior: {
    initial: ({ self }) => `${nameOf(setup.remote.refOf(self)).split("#", 1)[0] ?? ""}#0`,
    receive: (name, message) => {
      if (message.type === "note") setup.log.note({ t: "handled", by: name, from: message.from, n: message.n });
      else if (message.type === "question") message.replyTo.tell(message.n);
      return same;
    },
  },
});

/** `/host`: has actors that others hire, write to, watch and stop. */
export const hostProps = (setup: TalkSetup): Props<{ hired: number }, TalkMessage> => ({
  behavior: {
    initial: () => ({ hired: 0 }),
    receive: (state, message, context) => {
      if (message.type !== "hire") return same;
      state.hired += 1;
      const hired = context.spawn(hirelingProps(setup, message.employer), `h${state.hired}`);
      message.replyTo.tell(setup.remote.refOf(hired));
      return same;
    },
  },
});

const hirelingProps = (setup: TalkSetup, employer: string): Props<Pen, TalkMessage> => ({
  behavior: {
    initial: ({ self, timers }) => {
      timers.once("end", longestLifeMs, { type: "finish" });
      return new Pen(setup, self);
    },
    receive: (pen, message, context) => {
      if (message.type === "note") {
        setup.log.note({ t: "handled", by: pen.name, from: message.from, n: message.n });
        pen.note(employer);
      } else if (message.type === "finish") {
        pen.note(employer);
        context.stopSelf();
      }
      return same;
    },
    stopped: (pen) => setup.log.note({ t: "stopped", actor: pen.name }),
  },
});

export type SpeakerMessage =
  | TalkMessage
  | { readonly type: "speak" }
  | { readonly type: "hired"; readonly ref: ActorRef }
  | { readonly type: "terminated"; readonly target: string; readonly watch: number }
  /** Begins nothing any more, and ends what others do for it. */
  | { readonly type: "quiet" };

interface SpeakerState {
  readonly pen: Pen;
  /** Those it has hired and not heard the end of; false: it has taken its watch back. */
  readonly known: Map<string, boolean>;
  asked: number;
  watches: number;
  quiet: boolean;
}

const speakEveryMs = 40;

const dismiss = ({ remote }: TalkSetup, name: string): void =>
  void remote.addressOf(talkProtocol, refOf(name)).tell({ type: "finish" });

/** `/speaker`: writes to the actors of all other nodes, asks, hires, watches and stops them. */
export const speakerProps = (setup: TalkSetup): Props<SpeakerState, SpeakerMessage> => ({
  behavior: {
    initial: ({ self, timers }) => {
      timers.every("speak", speakEveryMs, { type: "speak" });
      return { pen: new Pen(setup, self), known: new Map(), asked: 0, watches: 0, quiet: false };
    },
    receive: (state, message, context) => {
      switch (message.type) {
        case "speak":
          speak(setup, state, context);
          return same;
        case "hired":
          watch(setup, state, context, message.ref);
          if (state.quiet) dismiss(setup, nameOf(message.ref));
          return same;
        case "note":
          setup.log.note({ t: "handled", by: state.pen.name, from: message.from, n: message.n });
          return same;
        case "terminated": {
          const { target, watch: number } = message;
          setup.log.note({ t: "terminated", watcher: state.pen.name, target, watch: number });
          state.known.delete(target);
          return same;
        }
        case "quiet":
          state.quiet = true;
          context.timers.cancel("speak");
          for (const name of state.known.keys()) dismiss(setup, name);
          return same;
        case "question":
        case "hire":
        case "finish":
          // Not of it.
          return same;
      }
    },
  },
});

const speak = (setup: TalkSetup, state: SpeakerState, context: Context<SpeakerMessage>): void => {
  const { remote } = setup;
  const { random } = context;
  for (const { node, incarnation: nodeIncarnation } of remote.peers()) {
    for (let notes = random.below(4); notes > 0; notes -= 1) {
      state.pen.note(nameOf({ node, nodeIncarnation, path: echoPath, incarnation: 0 }));
    }
    const at = (path: string): Address<TalkMessage> =>
      remote.addressOf(talkProtocol, { node, nodeIncarnation, path, incarnation: 0 });
    if (random.below(5) === 0) {
      const n = (state.asked += 1);
      setup.log.note({ t: "asked", n });
      at(echoPath)
        .ask<number>((replyTo) => ({ type: "question", n, replyTo }), askMs)
        .then(
          (answer) => setup.log.note({ t: "answered", n, answer }),
          (error: unknown) => setup.log.note({ t: "failed", n, code: codeOf(error) }),
        );
    }
    if (random.below(12) === 0 && state.known.size < mostKnown) {
      at(hostPath)
        .ask<ActorRef>((replyTo) => ({ type: "hire", employer: state.pen.name, replyTo }), askMs)
        .then(
          (ref) => context.self.tell({ type: "hired", ref }),
          () => undefined,
        );
    }
  }
  const names = [...state.known.keys()];
  const name = names[random.below(Math.max(1, names.length))];
  if (name !== undefined) deal(setup, state, context, name);
};

const watch = (
  { log, remote }: TalkSetup,
  state: SpeakerState,
  context: Context<SpeakerMessage>,
  ref: ActorRef,
): void => {
  const target = nameOf(ref);
  const number = (state.watches += 1);
  state.known.set(target, true);
  log.note({ t: "watch", watcher: state.pen.name, target, watch: number });
  context.watch(remote.addressOf(talkProtocol, ref), { type: "terminated", target, watch: number });
};

/** Does something with one that it has hired. */
const deal = (
  { log, remote }: TalkSetup,
  state: SpeakerState,
  context: Context<SpeakerMessage>,
  name: string,
): void => {
  const hired = remote.addressOf(talkProtocol, refOf(name));
  const roll = context.random.below(100);
  if (roll < 70) state.pen.note(name);
  else if (roll < 80) hired.tell({ type: "finish" });
  else if (roll < 92) {
    context.stop(hired).then(
      () => log.note({ t: "stop-asked", outcome: "stopped" }),
      (error: unknown) => log.note({ t: "stop-asked", outcome: codeOf(error) }),
    );
  } else if (roll < 95 && state.known.get(name) === true) {
    log.note({ t: "unwatch", watcher: state.pen.name, target: name });
    context.unwatch(hired);
    state.known.delete(name);
    hired.tell({ type: "finish" });
  }
};

const codeOf = (error: unknown): string =>
  error instanceof KernelError || error instanceof ClusterError ? error.code : String(error);
