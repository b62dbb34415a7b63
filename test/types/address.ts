import { expectTypeOf } from "expect-type";
import {
  same,
  type ActorSystem,
  type Address,
  type Context,
  type Props,
  type ReplyTo,
} from "../../src/kernel/index.ts";

interface Ping {
  readonly type: "ping";
}
interface Get {
  readonly type: "get";
  readonly replyTo: ReplyTo<number>;
}

/** Never called: the compiler is the test. */
export const addressesKeepTheirProtocol = (
  ping: Address<Ping>,
  both: Address<Ping | Get>,
  system: ActorSystem,
  context: Context<Ping>,
): void => {
  ping.tell({ type: "ping" });
  // @ts-expect-error another protocol
  ping.tell({ type: "pong" });
  // @ts-expect-error a part of the larger protocol that this actor does not have
  ping.tell({ type: "get", replyTo: undefined });

  expectTypeOf(both).toExtend<Address<Ping>>();
  expectTypeOf(ping).not.toExtend<Address<Ping | Get>>();
  // @ts-expect-error this actor does not understand everything that would be sent there
  const tooMuch: Address<Ping | Get> = ping;
  void tooMuch;

  // @ts-expect-error an address is not made by hand
  const forged: Address<Ping> = { node: "n", path: "/p", incarnation: 1 };
  void forged;

  expectTypeOf(both.ask<number>((replyTo) => ({ type: "get", replyTo }), 1_000)).resolves.toBeNumber();
  // @ts-expect-error the answer is a number
  void both.ask<string>((replyTo) => ({ type: "get", replyTo }), 1_000);
  // @ts-expect-error an ask has a deadline
  void both.ask<number>((replyTo) => ({ type: "get", replyTo }));

  const props: Props<{ readonly count: number }, Ping> = {
    behavior: {
      initial: () => ({ count: 0 }),
      receive: (state) => ({ count: state.count + 1 }),
    },
  };
  expectTypeOf(system.spawn(props, "counter")).toEqualTypeOf<Address<Ping>>();
  expectTypeOf(context.spawn(props, "counter")).toEqualTypeOf<Address<Ping>>();

  context.watch(both, { type: "ping" });
  // @ts-expect-error the termination comes as a message of the watcher's own protocol
  context.watch(both, { type: "gone" });
};

/** Never called. */
export const behaviorsReturnTheirState = (): readonly Props<number, Ping>[] => [
  { behavior: { initial: () => 0, receive: () => same } },
  { behavior: { initial: () => Promise.resolve(0), receive: (state) => Promise.resolve(state + 1) } },
  {
    behavior: {
      initial: () => 0,
      // @ts-expect-error undefined is no state
      receive: () => undefined,
    },
  },
  {
    behavior: {
      // @ts-expect-error another state
      initial: () => "0",
      receive: () => same,
    },
  },
  {
    behavior: {
      initial: () => 0,
      receive: () => same,
    },
    mailbox: {
      // @ts-expect-error no such policy
      overflow: "block",
    },
  },
];
