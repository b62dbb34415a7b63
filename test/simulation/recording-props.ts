import {
  type Address,
  type Context,
  type Props,
  type ReplyTo,
  type Same,
  type Supervision,
} from "../../src/kernel/index.ts";
import { defaultSupervision } from "../../src/kernel/supervision/supervision.ts";
import type { HandlerKind, Origin, Recorder } from "../support/history.ts";

/** A message that carries who sent it and the how manyeth it was. */
class Tagged {
  readonly origin: Origin;
  readonly message: unknown;
  constructor(origin: Origin, message: unknown) {
    this.origin = origin;
    this.message = message;
  }
}

/** The message of a watch, so that its delivery can be told from any other. */
class Farewell {
  readonly watch: number;
  readonly target: string;
  readonly message: unknown;
  constructor(watch: number, target: string, message: unknown) {
    this.watch = watch;
    this.target = target;
    this.message = message;
  }
}

/** An address that notes what is sent through it. */
class RecordingAddress<in Message> implements Address<Message> {
  readonly inner: Address<Message>;
  readonly #recorder: Recorder;
  readonly #from: string;
  readonly #id: string;
  #sequence = 0;

  constructor(inner: Address<Message>, recorder: Recorder, node: string) {
    this.inner = inner;
    this.#recorder = recorder;
    this.#id = idOf(node, inner);
    this.#from = `address-${recorder.name()}`;
  }

  get node(): string {
    return this.inner.node;
  }
  get path(): string {
    return this.inner.path;
  }
  get incarnation(): number {
    return this.inner.incarnation;
  }

  tell(message: Message): boolean {
    const origin = { from: this.#from, sequence: (this.#sequence += 1) };
    this.#recorder.note({ type: "tell", to: this.#id, origin });
    return this.inner.tell(new Tagged(origin, message) as Message);
  }

  ask<Reply>(build: (replyTo: ReplyTo<Reply>) => Message, timeoutMs: number, signal?: AbortSignal): Promise<Reply> {
    return this.inner.ask(build, timeoutMs, signal);
  }
}

const idOf = (node: string, address: Address<never>): string => `${node}:${address.path}#${address.incarnation}`;

const unwrap = (address: Address<never>): Address<never> =>
  address instanceof RecordingAddress ? (address as RecordingAddress<never>).inner : address;

/** Who spawns: its id, and how it supervises. */
interface Parent {
  /** `undefined`: the root. */
  readonly id: string | undefined;
  readonly supervision: Partial<Supervision> | undefined;
}

/** Props whose actors, and all their descendants, note what happens to them. The kernel underneath is the real one. */
export const recording = <State, Message>(
  recorder: Recorder,
  node: string,
  props: Props<State, Message>,
): Props<State, Message> => {
  const contexts = new WeakMap<Context<Message>, Context<Message>>();
  const wrapped = (context: Context<Message>): Context<Message> => {
    const known = contexts.get(context) ?? recordingContext(recorder, node, props, context);
    contexts.set(context, known);
    return known;
  };
  const noted = <Result>(
    context: Context<Message>,
    handler: HandlerKind,
    origin: Origin | undefined,
    work: () => Result,
  ): Result => {
    const actor = idOf(node, context.self);
    const run = recorder.name();
    recorder.note({ type: "handler-begin", actor, run, handler, origin });
    const end = (failed: boolean): void => recorder.note({ type: "handler-end", actor, run, handler, failed });
    let result: Result;
    try {
      result = work();
    } catch (error) {
      end(true);
      throw error;
    }
    if (!(result instanceof Promise)) {
      end(false);
      return result;
    }
    return result.then(
      (value: unknown) => {
        end(false);
        return value;
      },
      (error: unknown) => {
        end(true);
        throw error;
      },
    ) as Result;
  };
  return {
    ...props,
    behavior: {
      initial: (context) => noted(context, "initial", undefined, () => props.behavior.initial(wrapped(context))),
      receive: (state, message, context): State | Same | Promise<State | Same> => {
        if (message instanceof Farewell) {
          const { watch, target } = message;
          recorder.note({ type: "terminated", watcher: idOf(node, context.self), target, watch });
          return noted(context, "notice", undefined, () =>
            props.behavior.receive(state, message.message as Message, wrapped(context)),
          );
        }
        const plain = message instanceof Tagged ? (message.message as Message) : message;
        const origin = message instanceof Tagged ? message.origin : undefined;
        return noted(context, origin === undefined ? "notice" : "receive", origin, () =>
          props.behavior.receive(state, plain, wrapped(context)),
        );
      },
      stopped: (state, context) =>
        noted(context, "stopped", undefined, () => props.behavior.stopped?.(state, wrapped(context))),
    },
  };
};

/** Notes an actor with the budget that its parent gives it. */
export const noteSpawn = (recorder: Recorder, node: string, address: Address<never>, parent: Parent): void => {
  const { maxRestarts, withinMs } = { ...defaultSupervision, ...parent.supervision };
  const actor = idOf(node, address);
  recorder.note({ type: "spawn", actor, parent: parent.id, restarts: { max: maxRestarts, withinMs } });
};

const recordingContext = <State, Message>(
  recorder: Recorder,
  node: string,
  props: Props<State, Message>,
  context: Context<Message>,
): Context<Message> => {
  const self = new RecordingAddress(context.self, recorder, node);
  return {
    self,
    log: context.log,
    clock: context.clock,
    random: context.random,
    tracing: context.tracing,
    lastFailure: context.lastFailure,
    get signal() {
      return context.signal;
    },
    get timers() {
      return context.timers;
    },
    spawn: (childProps, name) => {
      const child = context.spawn(recording(recorder, node, childProps), name);
      noteSpawn(recorder, node, child, { id: idOf(node, context.self), supervision: props.supervision });
      return new RecordingAddress(child, recorder, node);
    },
    stop: async (child) => {
      const id = idOf(node, child);
      await context.stop(unwrap(child));
      recorder.note({ type: "stopped", actor: id });
    },
    stopSelf: () => context.stopSelf(),
    shard: (kind, key) => context.shard(kind, key),
    watch: (target, message) => {
      const watch = recorder.name();
      const id = idOf(node, target);
      recorder.note({ type: "watch", watcher: idOf(node, context.self), target: id, watch });
      context.watch(unwrap(target), new Farewell(watch, id, message) as Message);
    },
    unwatch: (target) => {
      recorder.note({ type: "unwatch", watcher: idOf(node, context.self), target: idOf(node, target) });
      context.unwatch(unwrap(target));
    },
  };
};
