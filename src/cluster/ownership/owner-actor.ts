import { unreachable } from "../../base/unreachable.ts";
import { same, type Context, type Props, type ReplyTo } from "../../kernel/index.ts";
import { KindOwner, type KindOwnerSetup } from "./kind-owner.ts";
import { OwnDeadline } from "./own-deadline.ts";
import type { HandedOver, OwnerMessage } from "./owner-message.ts";

/** State is mutable and private to the actor. */
class Owner {
  readonly #deadline = new OwnDeadline();
  readonly #kinds: ReadonlyMap<string, KindOwner>;
  readonly #context: Context<OwnerMessage>;
  readonly #leaving: ReplyTo<HandedOver>[] = [];
  #lapsed = true;

  constructor(setups: readonly KindOwnerSetup[], context: Context<OwnerMessage>) {
    this.#context = context;
    this.#kinds = new Map(setups.map((setup) => [setup.kind.name, new KindOwner(setup, this.#deadline, context)]));
  }

  receive(message: OwnerMessage): void {
    // Before anything else: a node that was frozen must not act on what it had been sent before.
    if (!this.#lapsed && this.#context.clock.monotonicMs() >= this.#deadline.untilMs) this.#lapse();
    this.#handle(message);
    this.#answerIfIdle();
  }

  end(): void {
    for (const kind of this.#kinds.values()) kind.end();
  }

  #handle(message: OwnerMessage): void {
    switch (message.type) {
      case "standing":
        this.#renew(message.untilMs);
        for (const kind of this.#kinds.values()) kind.look(message.view);
        return;
      case "lost":
        return this.#lose();
      case "hand-over":
        this.#leaving.push(message.replyTo);
        for (const kind of this.#kinds.values()) kind.close();
        return;
      case "deadline":
        return;
      case "settled":
        return this.#kinds.get(message.kind)?.settled(message.round, message.outcome);
      case "round-failed":
        throw message.error;
      case "retry":
        return this.#kinds.get(message.kind)?.retry();
      case "watch":
        return this.#kinds.get(message.kind)?.watch(message.seen);
      case "look":
        return this.#kinds.get(message.kind)?.changed();
      case "audit":
        return this.#kinds.get(message.kind)?.audit();
      case "ended":
        return this.#kinds.get(message.grant.kind)?.ended(message.grant);
      case "surrendered":
        return this.#kinds.get(message.grant.kind)?.surrendered(message.grant);
      case "rested":
        return this.#kinds.get(message.kind)?.rested(message.shard);
      default:
        return unreachable(message);
    }
  }

  #renew(untilMs: number): void {
    const leftMs = untilMs - this.#context.clock.monotonicMs();
    this.#deadline.untilMs = untilMs;
    if (leftMs > 0) {
      this.#lapsed = false;
      this.#context.timers.once("deadline", leftMs, { type: "deadline" });
    } else if (!this.#lapsed) this.#lapse();
  }

  #lose(): void {
    this.#deadline.untilMs = Number.NEGATIVE_INFINITY;
    this.#stopAll("this node is lost: owned actors are stopped");
    for (const kind of this.#kinds.values()) kind.lose();
  }

  #lapse(): void {
    this.#stopAll("the lease was not renewed in time: owned actors are stopped");
  }

  #stopAll(why: string): void {
    this.#lapsed = true;
    let running = 0;
    for (const kind of this.#kinds.values()) running += kind.lapse();
    if (running > 0) this.#context.log.warn({ running }, why);
  }

  #answerIfIdle(): void {
    if (this.#leaving.length === 0 || [...this.#kinds.values()].some(({ idle }) => !idle)) return;
    for (const replyTo of this.#leaving.splice(0)) replyTo.tell({ type: "handed-over" });
  }
}

/**
 * Owns the shards of some kinds on this node: their actors are its children, and end before it begins a new life. Then nothing of what it
 * held is known any more, and is taken anew.
 */
export const ownerProps = (setups: readonly KindOwnerSetup[]): Props<Owner, OwnerMessage> => ({
  dispatcher: "system",
  // One owned actor that keeps failing is given up by itself; the others go on.
  supervision: { whenExhausted: "stop" },
  behavior: {
    initial: (context) => new Owner(setups, context),
    receive: (owner, message) => {
      owner.receive(message);
      return same;
    },
    stopped: (owner) => owner.end(),
  },
});
