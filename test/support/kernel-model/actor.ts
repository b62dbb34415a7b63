import { unreachable } from "../../../src/base/unreachable.ts";
import {
  same,
  type Context,
  type Decision,
  type OverflowPolicy,
  type Props,
  type ReplyTo,
  type Same,
  type Strategy,
} from "../../../src/kernel/index.ts";
import { actorId, recorded } from "../recorded.ts";
import type { ModelMessage } from "./message.ts";
import type { Action } from "./schedule.ts";
import type { World } from "./world.ts";

interface ModelState {
  /** Asks that this life has not answered. */
  readonly unanswered: ReplyTo<true>[];
}

const strategies: readonly Strategy[] = ["one-for-one", "one-for-all", "rest-for-one"];
const decisions: readonly Decision[] = [
  "restart",
  "restart",
  "restart",
  "resume",
  "resume",
  "stop",
  "escalate",
  "escalate",
];
const policies: readonly OverflowPolicy[] = ["reject", "drop-oldest", "drop-newest"];

/** An actor that does what its messages say, fails at random, and supervises its children in a way drawn from the world's seed. */
export const modelProps = (world: World): Props<ModelState, ModelMessage> => {
  const { random } = world;
  const draw = <Choice>(choices: readonly Choice[]): Choice => choices[random.below(choices.length)] as Choice;
  const restarts = { max: 1 + random.below(4), withinMs: 200 + random.below(2_000) };
  const props: Props<ModelState, ModelMessage> = {
    mailbox: { capacity: 1 + random.below(12), overflow: draw(policies) },
    supervision: {
      decide: () => {
        if (world.chance(5)) throw new Error("the decider failed");
        return draw(decisions);
      },
      strategy: draw(strategies),
      maxRestarts: restarts.max,
      withinMs: restarts.withinMs,
      whenExhausted: draw(["stop", "stop", "escalate"]),
      backoff: draw([undefined, { minMs: 10, maxMs: 500, factor: 3, jitter: 0.5 }]),
    },
    stopTimeoutMs: 20 + random.below(200),
    behavior: {
      initial: (context) => {
        const begin = (): ModelState => {
          if (world.chance(35)) spawnChild(world, context, restarts);
          if (world.chance(12)) throw new Error("initial failed");
          return { unanswered: [] };
        };
        return world.chance(15) ? world.gate().then(begin) : begin();
      },
      receive: (state, message, context) => {
        switch (message.type) {
          case "do":
            if (message.replyTo !== undefined) {
              if (world.chance(50)) state.unanswered.push(message.replyTo);
              else message.replyTo.tell(true);
            }
            return act(world, context, message.action, restarts);
          case "gone":
            return same;
          case "alarm":
            if (world.chance(50)) throw new Error("a timer's message failed");
            return same;
          default:
            return unreachable(message);
        }
      },
      stopped: () => {
        if (world.chance(10)) throw new Error("stopped failed");
        return world.chance(10) ? world.gate() : undefined;
      },
    },
  };
  const reading = { origin: (message: ModelMessage) => (message.type === "do" ? message.origin : undefined) };
  const { behavior } = recorded(world.recorder, reading, props);
  return {
    ...props,
    behavior: {
      ...behavior,
      receive: (state, message, context) => {
        if (message.type === "gone") {
          const watcher = actorId(context.self);
          world.recorder.note({ type: "terminated", watcher, target: actorId(message.target), watch: message.watch });
        }
        return behavior.receive(state, message, context);
      },
    },
  };
};

const spawnChild = (
  world: World,
  context: Context<ModelMessage>,
  restarts: { readonly max: number; readonly withinMs: number },
): void => {
  if (world.full) return;
  const child = context.spawn(modelProps(world), `child-${world.actors.length}`);
  world.spawned(child, actorId(context.self), restarts);
};

const act = (
  world: World,
  context: Context<ModelMessage>,
  action: Action,
  restarts: { readonly max: number; readonly withinMs: number },
): Same | Promise<Same> => {
  const { self } = context;
  const me = actorId(self);
  switch (action.do) {
    case "nothing":
      return same;
    case "crash":
      throw new Error("told to crash");
    case "tell":
      for (let time = 0; time < action.times; time += 1) world.tell(me, world.pick(action.to), action.action);
      return same;
    case "ask":
      world.ask(me, world.pick(action.to), action.action, action.timeoutMs);
      return same;
    case "spawn":
      spawnChild(world, context, restarts);
      return same;
    case "stop-child": {
      const children = world.actors.filter(({ path }) => path.slice(0, path.lastIndexOf("/")) === self.path);
      const child = children[action.which % Math.max(1, children.length)];
      if (child !== undefined)
        void context.stop(child).then(
          () => world.gone(actorId(child)),
          () => undefined,
        );
      return same;
    }
    case "stop-self":
      context.stopSelf();
      return same;
    case "watch": {
      const target = world.pick(action.target);
      const watch = world.recorder.name();
      context.watch(target, { type: "gone", target, watch });
      world.recorder.note({ type: "watch", watcher: me, target: actorId(target), watch });
      return same;
    }
    case "unwatch": {
      const target = world.pick(action.target);
      context.unwatch(target);
      world.recorder.note({ type: "unwatch", watcher: me, target: actorId(target) });
      return same;
    }
    case "timer":
      context.timers.once("alarm", action.delayMs, { type: "alarm" });
      return same;
    case "wait":
      return world.gate().then(() => (world.abandoned(me) ? same : act(world, context, action.action, restarts)));
    default:
      return unreachable(action);
  }
};
