import type { Address } from "../address.ts";
import type { Askable } from "../mail/ask.ts";
import type { Logger } from "../logger.ts";
import type { Phase } from "./phase.ts";
import type { KernelServices } from "./services.ts";
import type { Settings } from "./settings.ts";
import type { RestartBudget } from "../supervision/supervision.ts";
import type { Alarm } from "../mail/timers.ts";
import type { Watchable, Watcher } from "../mail/watchable.ts";

/** Actors that restart together, as one of them sees it. */
export interface RestartMembership {
  /** The life of this member has ended. */
  quiet(member: ActorCell): void;
  /** This member has begun its new life. */
  started(member: ActorCell): void;
  /** These restart no more in this group: they stop, or a later group has them. */
  leave(members: readonly ActorCell[]): void;
}

/** What the parts of the kernel know of an actor's cell. */
export interface ActorCell extends Askable, Watchable, Watcher {
  readonly services: KernelServices;
  readonly settings: Settings;
  readonly parent: ActorCell | undefined;
  readonly children: ReadonlyMap<string, ActorCell> | undefined;
  readonly name: string;
  readonly address: Address<unknown>;
  readonly log: Logger;
  readonly phase: Phase;
  /** It stops or has stopped, or will stop after its running handler. */
  readonly ending: boolean;

  /** The restart this actor takes part in. */
  group: RestartMembership | undefined;
  /** Waits for the decision about its parent, to which its failure was escalated. */
  suspended: boolean;
  budget: RestartBudget | undefined;
  /** The life that begins next was asked for from outside: it takes nothing from the restart budget. */
  restartsAsAsked: boolean;
  /** Name and message of the failure that was logged last. */
  loggedCause: string | undefined;
  /** The failure that ends the life which ends now, if it is one. */
  lastFailure: Error | undefined;
  failures: number;

  /** Puts a message, or an ask with its message, into the mailbox. */
  deliver(message: unknown): boolean;
  /** A timer of this actor has fired. */
  alarm(alarm: Alarm): void;
  watch(target: Watchable, message: unknown): void;
  unwatch(target: Watchable): void;

  /** Decides about a failure of this actor, which may come from its handler, from below, or from outside. */
  fail(error: Error): void;
  /** Goes on after an escalated failure was answered with `resume`. */
  resume(): void;
  /** Ends this life, for the group to begin the next one. */
  requestRestart(): void;
  /** Begins the next life. */
  begin(): void;
  requestStop(): void;
  /** Resolves when this actor and all its descendants are gone. */
  stop(): Promise<void>;
  spawn(settings: Settings, name: string): ActorCell;
}
