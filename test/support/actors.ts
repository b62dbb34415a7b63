import { same, type Behavior, type Context, type Props, type Same } from "../../src/kernel/index.ts";

/** Props of an actor without state of its own: what it does with a message, and what else the test cares about. */
export const actor = <Message>(
  receive: (message: Message, context: Context<Message>) => void | Promise<void>,
  extra: Partial<Props<undefined, Message>> & Pick<Partial<Behavior<undefined, Message>>, "initial" | "stopped"> = {},
): Props<undefined, Message> => {
  const { initial, stopped, ...props } = extra;
  const handle = (_state: undefined, message: Message, context: Context<Message>): Same | Promise<Same> => {
    const outcome = receive(message, context);
    return outcome instanceof Promise ? outcome.then(() => same) : same;
  };
  return {
    ...props,
    behavior: {
      initial: initial ?? (() => undefined),
      receive: handle,
      ...(stopped === undefined ? {} : { stopped }),
    },
  };
};

/** A promise that the test settles. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
  fail(error: Error): void;
}

export const gate = (): Gate => {
  let open: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { opened, open: () => open(), fail: (error) => fail(error) };
};
