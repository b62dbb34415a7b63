import type { Address, Behavior, Context, Props, Same } from "../../src/kernel/index.ts";
import type { LogLine } from "./captured-log.ts";
import type { ActorId, HandlerKind, Origin, Recorder } from "./history.ts";

/** How a history names an actor. */
export const actorId = (address: Address<never>): ActorId => `${address.path}#${address.incarnation}`;

export interface Reading<Message> {
  /** Who sent a message; `undefined` for what came from a timer or a watch. */
  origin(message: Message): Origin | undefined;
}

/** The same props with a behavior that notes every begin and end of its handlers. */
export const recorded = <State, Message>(
  recorder: Recorder,
  reading: Reading<Message>,
  props: Props<State, Message>,
): Props<State, Message> => ({ ...props, behavior: recordedBehavior(recorder, reading, props.behavior) });

const recordedBehavior = <State, Message>(
  recorder: Recorder,
  reading: Reading<Message>,
  behavior: Behavior<State, Message>,
): Behavior<State, Message> => {
  const run = <Result>(
    handler: HandlerKind,
    origin: Origin | undefined,
    context: Context<Message>,
    body: () => Result | Promise<Result>,
  ): Result | Promise<Result> => {
    const actor = actorId(context.self);
    const name = recorder.name();
    const end = (failed: boolean): void => recorder.note({ type: "handler-end", actor, run: name, handler, failed });
    recorder.note({ type: "handler-begin", actor, run: name, handler, origin });
    let outcome: Result | Promise<Result>;
    try {
      outcome = body();
    } catch (thrown) {
      end(true);
      throw thrown;
    }
    if (!(outcome instanceof Promise)) {
      end(false);
      return outcome;
    }
    return outcome.then(
      (value) => {
        end(false);
        return value;
      },
      (thrown: unknown) => {
        end(true);
        throw thrown;
      },
    );
  };
  return {
    initial: (context) => run("initial", undefined, context, () => behavior.initial(context)),
    receive: (state, message, context) => {
      const origin = reading.origin(message);
      const handler = origin === undefined ? "notice" : "receive";
      return run<State | Same>(handler, origin, context, () => behavior.receive(state, message, context));
    },
    stopped: (state, context) => run("stopped", undefined, context, () => behavior.stopped?.(state, context)),
  };
};

/** Notes what only the log tells: that the kernel gave up on a handler. */
export const noteAbandoned = (recorder: Recorder, { msg, path, incarnation }: LogLine): void => {
  if (msg !== "a handler did not end in time and was abandoned") return;
  recorder.note({ type: "abandoned", actor: `${path ?? "?"}#${incarnation ?? 0}` });
};
