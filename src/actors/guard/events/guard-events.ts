import type { Json } from "../../../base/json.ts";
import { ownSource, type SecurityEvent } from "../../../engines/events/index.ts";
import type { Props } from "../../../kernel/index.ts";
import type { Space } from "../../../store/index.ts";
import type { QueueWorkerMessage } from "../../claims/queue-worker.ts";
import { eventForwarderProps, type AcceptEvents } from "../../event-outbox/event-forwarder.ts";
import { guardEventQueue, parseGuardEvent } from "../work.ts";

/** What the fields of accesses are called that other events name, too. */
const commonNames = new Map<string, (subject: string) => SecurityEvent["data"]>([
  ["ip", (ip) => ({ source: { ip } })],
  ["account", (name) => ({ user: { name } })],
]);

/** The event of an item of the queue. Throws a ZodError that names the field. */
export const guardSecurityEventOf = (body: Json): SecurityEvent => {
  const { id, kind, key, ruleName, untilMs, atMs, cause, ...interception } = parseGuardEvent(body);
  const { rule, field, subject } = key;
  return {
    id: `guard-${id}`,
    source: ownSource,
    kind: `guard-${kind}`,
    logsource: { product: "garrison", service: "guard" },
    occurredAtMs: atMs,
    data: {
      ...{ field, subject },
      ...commonNames.get(field)?.(subject),
      ...(ruleName === undefined ? {} : { rule: { id: String(rule), name: ruleName } }),
      interception: { ...interception, until: new Date(untilMs).toISOString() },
    },
    ...(cause === undefined ? {} : { cause }),
  };
};

export interface GuardEventsSetup {
  /** The space `guard`. */
  readonly space: Space;
  /** Node id and incarnation. */
  readonly owner: string;
  readonly accept: AcceptEvents;
}

/** `/guard/events`: raises interceptions as security events. Any number of nodes have one; they share the queue. */
export const guardEventsProps = ({ space, owner, accept }: GuardEventsSetup): Props<unknown, QueueWorkerMessage> =>
  eventForwarderProps({
    ...{ space, accept, queue: guardEventQueue, owner: `${owner}/events`, eventOf: guardSecurityEventOf },
  });
