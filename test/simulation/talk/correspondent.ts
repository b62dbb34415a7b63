import type { Remote } from "../../../src/cluster/index.ts";
import { asError, GarrisonError } from "../../../src/base/errors.ts";
import type { Address, DeadLetters } from "../../../src/kernel/index.ts";
import type { Enter } from "../event-loop.ts";
import type { World } from "../world.ts";
import type { TalkHistory, Way } from "./talk-history.ts";
import type { Answer, Postmark, TalkMessage, TalkProtocol } from "./talk-protocol.ts";

/** An actor of another node. */
export interface Recipient {
  readonly address: Address<TalkMessage>;
  /** Its name in the history, if it is one actor and not whoever is at the path. */
  readonly id: string | undefined;
}

export interface CorrespondentSetup {
  readonly world: World;
  readonly history: TalkHistory;
  readonly remote: Remote;
  readonly protocol: TalkProtocol;
  readonly letters: Pick<DeadLetters, "unsent">;
  /** `id.incarnation`. */
  readonly node: string;
  readonly enter: Enter;
  /** Whether an actor has not stopped, and its node is a live member. */
  readonly runs: (actor: string) => boolean;
}

const longestPaddingBytes = 400;

/** How the actors of one node write to those of others: with a postmark, and each message into the history. */
export class Correspondent {
  readonly setup: CorrespondentSetup;

  constructor(setup: CorrespondentSetup) {
    this.setup = setup;
  }

  /** The name of an actor of this node in the history. */
  nameOf({ path, incarnation }: Address<never>): string {
    return `${this.setup.node}:${path}#${incarnation}`;
  }

  at(node: string, path: string): Recipient {
    const { remote, protocol } = this.setup;
    return { address: remote.address(protocol, node, path), id: undefined };
  }

  /** An actor that an answer named. */
  known(address: Address<TalkMessage>): Recipient & { readonly id: string } {
    const { node, nodeIncarnation, path, incarnation } = this.setup.remote.refOf(address);
    return { address, id: `${node}.${nodeIncarnation}:${path}#${incarnation}` };
  }

  note(self: Address<never>, to: Recipient, echo: boolean): void {
    const { world } = this.setup;
    const padding = "x".repeat(world.random.below(longestPaddingBytes));
    this.#sending(self, to, undefined, (postmark) => {
      to.address.tell({ type: "note", ...postmark, echo, padding });
      return true;
    });
  }

  /** @param heard told of an answer */
  question(
    self: Address<never>,
    to: Recipient,
    {
      answer,
      timeoutMs,
      signal,
    }: { readonly answer: "now" | "late" | "never"; readonly timeoutMs: number; readonly signal?: AbortSignal },
    heard: (answer: Answer) => void,
  ): void {
    const { history, world } = this.setup;
    const ended = (id: number, how: string, answers: number | undefined): void => {
      world.count(`branch: ask ended ${how}`);
      history.note({ type: "ask-ended", id, how, answers });
    };
    this.#sending(self, to, world.clock.monotonicMs() + timeoutMs, (postmark) => {
      const { id } = postmark;
      let built = false;
      const asked = to.address.ask<Answer>(
        (replyTo) => {
          built = true;
          return { type: "question", ...postmark, answer, replyTo };
        },
        timeoutMs,
        signal,
      );
      asked.then(
        (reply) => {
          ended(id, "answered", reply.to);
          heard(reply);
        },
        (thrown: unknown) => {
          const error: Error = asError(thrown);
          const how = isKnown(error) ? error.code : error.message;
          ended(id, how, undefined);
        },
      );
      return built;
    });
  }

  /** @param send false: nothing was sent, since as many asks are open as may be */
  #sending(
    self: Address<never>,
    to: Recipient,
    deadlineMs: number | undefined,
    send: (postmark: Postmark) => boolean,
  ): void {
    const { history, letters } = this.setup;
    const from = this.nameOf(self);
    const postmark = { id: history.nextId(), from, sequence: history.nextSequence(from) };
    const way = this.#wayTo(to);
    const before = letters.unsent;
    if (!send(postmark)) return;
    const taken = letters.unsent === before;
    history.note({ type: "sent", ...postmark, way, to: to.id, deadlineMs, taken });
    if (!taken) history.note({ type: "unsent", id: postmark.id });
  }

  #wayTo({ address: { node }, id }: Recipient): Way {
    const { remote, node: sender } = this.setup;
    const named = id?.slice(0, id.indexOf(":"));
    const live = remote.peers().find((peer) => peer.node === node);
    return { sender, receiver: named ?? (live === undefined ? "" : `${node}.${live.incarnation}`) };
  }
}

const isKnown = (error: Error): error is GarrisonError => error instanceof GarrisonError;
