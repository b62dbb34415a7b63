import { asError } from "../../base/errors.ts";
import { KernelError, serveAsk, type Address, type ReplyTo } from "../../kernel/index.ts";

/** Gives a message to an actor of this node. Whatever becomes of the actor, an asker hears of it. @returns as `Address.tell` */
export const hand = (actor: Address<never>, message: object, replyTo: ReplyTo<unknown> | undefined): boolean => {
  // What a kind understands was checked where the message was made, or decoded.
  if (replyTo === undefined) return actor.tell(message as never);
  const leftMs = replyTo.remainingMs();
  if (leftMs <= 0) return false;
  try {
    serveAsk(
      actor,
      (served) => {
        const giveUp = (): void => {
          // It ends with its answer too: then nothing is left to be cancelled.
          if (served.remainingMs() > 0) served.fail(cancelled(actor));
        };
        replyTo.signal.addEventListener("abort", giveUp, { once: true });
        return { ...message, replyTo: served };
      },
      leftMs,
      { answered: (reply) => void replyTo.tell(reply), failed: (error) => void replyTo.fail(error) },
    );
    return true;
  } catch (thrown) {
    replyTo.fail(asError(thrown));
    return false;
  }
};

const cancelled = ({ path, incarnation }: Address<never>): KernelError =>
  new KernelError("ask-cancelled", `the asker of ${path} gave up`, { ids: { path, incarnation } });
