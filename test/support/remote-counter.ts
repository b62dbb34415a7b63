import { z } from "zod";
import { asking, message, remoteProtocol, type RemoteFields } from "../../src/cluster/remote/index.ts";
import { same, type Address, type Props, type ReplyTo } from "../../src/kernel/index.ts";
import type { Codec } from "../../src/wire/index.ts";

/** A number that other nodes may change and look at. */
export type CounterMessage =
  | { readonly type: "add"; readonly by: number }
  | { readonly type: "read"; readonly replyTo: ReplyTo<number> }
  /** Answered never, until `add`. */
  | { readonly type: "wait"; readonly replyTo: ReplyTo<number> }
  | { readonly type: "fail"; readonly text: string; readonly replyTo: ReplyTo<number> }
  | { readonly type: "crash" };

/** JSON of exactly this shape. */
export const jsonCodec = <Value>(shape: z.ZodType<Value>): Codec<Value> => ({
  encode: (value) => Buffer.from(JSON.stringify(shape.parse(value))),
  decode: (bytes) => shape.parse(JSON.parse(Buffer.from(bytes).toString())),
});

const none = jsonCodec(z.object({}));
const number = jsonCodec(z.number());
type FieldsOf<Type extends CounterMessage["type"]> = RemoteFields<Extract<CounterMessage, { readonly type: Type }>>;

export const counterProtocol = remoteProtocol<CounterMessage>({
  name: "test.counter",
  messages: {
    add: message(1, jsonCodec<FieldsOf<"add">>(z.object({ by: z.number() }))),
    read: asking(2, none, number),
    wait: asking(3, none, number),
    fail: asking(4, jsonCodec<FieldsOf<"fail">>(z.object({ text: z.string() })), number),
    crash: message(5, none),
  },
});

export interface CounterProbe {
  /** What was added, in order. */
  readonly added: number[];
  /** Asks whose asker gave up. */
  cancelled: number;
  /** Milliseconds that each `wait` had left when it was handled. */
  readonly leftMs: number[];
}

export const counterProps = (probe: CounterProbe): Props<number, CounterMessage> => ({
  behavior: {
    initial: () => 0,
    receive: (sum, received) => {
      switch (received.type) {
        case "add":
          probe.added.push(received.by);
          return sum + received.by;
        case "read":
          received.replyTo.tell(sum);
          return same;
        case "wait":
          probe.leftMs.push(received.replyTo.remainingMs());
          received.replyTo.signal.addEventListener("abort", () => (probe.cancelled += 1));
          return same;
        case "fail":
          received.replyTo.fail(new Error(received.text));
          return same;
        case "crash":
          throw new Error("as asked");
      }
    },
  },
});

/** An actor that watches, and tells what it heard. */
export type WatcherMessage =
  | { readonly type: "watch"; readonly target: Address<never>; readonly name: string }
  | { readonly type: "unwatch"; readonly target: Address<never> }
  | { readonly type: "gone"; readonly name: string };

export const watcherProps = (heard: string[]): Props<undefined, WatcherMessage> => ({
  behavior: {
    initial: () => undefined,
    receive: (_, received, context) => {
      if (received.type === "watch") context.watch(received.target, { type: "gone", name: received.name });
      else if (received.type === "unwatch") context.unwatch(received.target);
      else heard.push(received.name);
      return same;
    },
  },
});
