import type { Behavior, Props } from "./behavior.ts";
import type { DispatcherName } from "./dispatcher.ts";
import { defaultMailbox, type MailboxSettings } from "./mailbox.ts";
import { defaultSupervision, type Supervision } from "./supervision.ts";

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

const positive = (value: number, name: string): void => {
  if (!(value > 0)) throw new RangeError(`${name} is above 0, not ${value}`);
};

/** @throws RangeError for a bound that is not above 0 */
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
  positive(settings.mailbox.capacity, "mailbox.capacity");
  positive(settings.supervision.withinMs, "supervision.withinMs");
  positive(settings.stopTimeoutMs, "stopTimeoutMs");
  known.set(props, settings);
  return settings;
};
