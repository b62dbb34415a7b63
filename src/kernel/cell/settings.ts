import type { Behavior, Props } from "../behavior.ts";
import { dispatcherNames, type DispatcherName } from "../dispatch/dispatcher.ts";
import { defaultMailbox, overflowPolicies, type MailboxSettings } from "../mail/mailbox.ts";
import { defaultSupervision, endings, strategies, type Supervision } from "../supervision/supervision.ts";

/** Props with every default filled in, shared by all actors spawned from the same props. */
export interface Settings {
  readonly behavior: Behavior<unknown, unknown>;
  readonly mailbox: MailboxSettings;
  readonly supervision: Supervision;
  readonly dispatcher: DispatcherName;
  readonly stopTimeoutMs: number;
}

const defaultStopTimeoutMs = 5_000;
const known = new WeakMap<object, Settings>();

const longestMs = 2 ** 31 - 1;

/** @throws RangeError */
const oneOf = (value: string, known: readonly string[], name: string): void => {
  if (!known.includes(value)) throw new RangeError(`${name} is one of ${known.join(", ")}, not ${value}`);
};

/** @throws RangeError */
export const within = (value: number, least: number, most: number, name: string, whole = false): void => {
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return;
  throw new RangeError(`${name} is ${whole ? "a whole number " : ""}from ${least} to ${most}, not ${value}`);
};

const validate = ({ mailbox, supervision, dispatcher, stopTimeoutMs }: Settings): void => {
  within(mailbox.capacity, 1, 2 ** 30, "mailbox.capacity", true);
  oneOf(mailbox.overflow, overflowPolicies, "mailbox.overflow");
  oneOf(dispatcher, dispatcherNames, "dispatcher");
  within(stopTimeoutMs, 1, longestMs, "stopTimeoutMs");
  within(supervision.maxRestarts, 0, 1_000_000, "supervision.maxRestarts", true);
  within(supervision.withinMs, 1, longestMs, "supervision.withinMs");
  oneOf(supervision.strategy, strategies, "supervision.strategy");
  oneOf(supervision.whenExhausted, endings, "supervision.whenExhausted");
  const { backoff } = supervision;
  if (backoff === undefined) return;
  within(backoff.jitter, 0, 1, "supervision.backoff.jitter");
  within(backoff.factor, 1, 1_000, "supervision.backoff.factor");
  // Jitter can double the longest pause.
  within(backoff.maxMs, 0, longestMs / 2, "supervision.backoff.maxMs");
  within(backoff.minMs, 0, backoff.maxMs, "supervision.backoff.minMs");
};

/** @throws RangeError for a bound outside its range or a choice that there is not */
export const settingsOf = <State, Message>(props: Props<State, Message>): Settings => {
  const seen = known.get(props);
  if (seen !== undefined) return seen;
  const settings: Settings = {
    // The one place where the types of state and message are set aside: the address that is handed out was typed by the same props.
    behavior: props.behavior as Behavior<unknown, unknown>,
    mailbox: props.mailbox === undefined ? defaultMailbox : { ...defaultMailbox, ...props.mailbox },
    supervision: props.supervision === undefined ? defaultSupervision : { ...defaultSupervision, ...props.supervision },
    dispatcher: props.dispatcher ?? "default",
    stopTimeoutMs: props.stopTimeoutMs ?? defaultStopTimeoutMs,
  };
  validate(settings);
  known.set(props, settings);
  return settings;
};
