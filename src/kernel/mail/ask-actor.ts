import { asError } from "../../base/errors.ts";
import { inSpan } from "../../base/in-span.ts";
import { KernelError } from "../errors.ts";
import type { Askable, AskTable, OpenAsk, ReplyTo } from "./ask.ts";

const longestTimeoutMs = 2 ** 31 - 1;

/**
 * Opens an ask, makes its message around the way to answer, and delivers both. Whatever fails does so as a rejection. Within a trace it is
 * a span of that; it begins none.
 */
export const askActor = <Reply>(
  asks: AskTable,
  target: Askable,
  build: (replyTo: ReplyTo<Reply>) => unknown,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Reply> => {
  const { tracing } = asks;
  if (!tracing.enabled || tracing.current() === undefined) return openAsk(asks, target, build, timeoutMs, signal);
  const span = tracing.span("ask", "client", { "garrison.actor.path": target.path });
  return inSpan(tracing, span, () => openAsk(asks, target, build, timeoutMs, signal));
};

const openAsk = <Reply>(
  asks: AskTable,
  target: Askable,
  build: (replyTo: ReplyTo<Reply>) => unknown,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Reply> =>
  new Promise<Reply>((resolve, reject) => {
    if (!(timeoutMs <= longestTimeoutMs)) {
      throw new RangeError(`the timeout of an ask is at most ${longestTimeoutMs} milliseconds, not ${timeoutMs}`);
    }
    if (timeoutMs <= 0) {
      throw new KernelError("ask-timeout", `the deadline had passed before ${target.path} was asked`, {
        retryable: true,
        ids: idsOf(target),
      });
    }
    if (signal?.aborted === true) throw cancelled(target);
    // The reply type is tied to the message by `build`; the table holds asks of every type.
    const settle = resolve as (reply: unknown) => void;
    const ask = asks.add(target, timeoutMs, settle, reject);
    if (signal !== undefined) endWith(signal, ask);
    let message: unknown;
    try {
      message = build(ask);
    } catch (thrown) {
      ask.fail(asError(thrown));
      return;
    }
    target.deliverAsk(ask, message);
  });

const endWith = (signal: AbortSignal, ask: OpenAsk): void => {
  const cancel = (): void => void ask.fail(cancelled(ask.target));
  signal.addEventListener("abort", cancel);
  ask.whenClosed(() => signal.removeEventListener("abort", cancel));
};

const cancelled = (target: Pick<Askable, "path" | "incarnation">): KernelError =>
  new KernelError("ask-cancelled", `the asker of ${target.path} gave up`, { ids: idsOf(target) });

const idsOf = ({
  path,
  incarnation,
}: Pick<Askable, "path" | "incarnation">): { path: string; incarnation: number } => ({
  path,
  incarnation,
});
