import { asError } from "../../../base/errors.ts";
import { openPrivateFolder } from "../../../base/private-folder.ts";
import type { Address, Context, Props } from "../../../kernel/index.ts";
import type { Lease } from "../../../store/index.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import { DetectError } from "../errors.ts";
import { RelayDesk } from "./desk.ts";
import { detectorsProps } from "./detectors/detectors.ts";
import { ObjectsFolder } from "./objects/objects-folder.ts";
import { objectsProps } from "./objects/objects.ts";
import { processesProps } from "./processes/processes.ts";
import type { RelayDoor, RelaySetup } from "./setup.ts";
import { tasksProps } from "./tasks/tasks.ts";

/** Look whether this node is the relay of its host. */
export interface RelayMessage {
  readonly type: "look";
}

/** What a node has while it is the relay of its host. */
interface Active {
  readonly lease: Lease;
  readonly door: RelayDoor;
  readonly children: readonly Address<never>[];
}

interface RelayState {
  readonly active: Active | undefined;
  /** Why it stands by, so that it is logged once. */
  readonly standsBy: string | undefined;
}

const tryAgainMs = 2_000;

/** The lease of a host: one relay for all its detectors (RELAY-1). */
export const relayLease = (host: string): string => `relay/${host}`;

/** Begins the managers, pairwise connected. */
const begin = (setup: RelaySetup, desk: RelayDesk, context: Context<RelayMessage>): readonly Address<never>[] => {
  const files = setup.files ?? new ObjectsFolder(setup.settings.objectsPath);
  const objects = context.spawn(objectsProps({ ...setup, files }), "objects");
  const tasks = context.spawn(tasksProps({ ...setup, objects }), "tasks");
  const starter =
    setup.processes === undefined ? undefined : context.spawn(processesProps(setup.processes), "processes");
  const detectors = context.spawn(detectorsProps({ ...setup, tasks, starter }), "detectors");
  desk.begin({ detectors, tasks, objects });
  return [objects, tasks, ...(starter === undefined ? [] : [starter]), detectors];
};

/** Those who ask end before those who are asked. */
const end = async (context: Context<RelayMessage>, children: readonly Address<never>[]): Promise<void> => {
  for (const child of children.toReversed()) await context.stop(child);
};

const standBy = (state: RelayState, standsBy: string, context: Context<RelayMessage>): RelayState => {
  if (state.standsBy !== standsBy) context.log.info({ reason: standsBy }, "this node is not the relay of its host");
  return { active: undefined, standsBy };
};

/** Closes the door, then lets another node of the host open its own. */
const leave = async (
  { space }: RelaySetup,
  { lease, door }: Pick<Active, "lease" | "door">,
  context: Context<RelayMessage>,
): Promise<void> => {
  await door.close();
  await attempt(context, "relay lease", () => space.leases.release(lease));
};

/** Only where no other user can put objects in place of those that are to be scanned. */
const openDoor = async (setup: RelaySetup, desk: RelayDesk): Promise<RelayDoor | undefined> => {
  const problem = setup.files === undefined ? openPrivateFolder(setup.settings.objectsPath) : undefined;
  if (problem !== undefined) throw new DetectError("invalid", `objects of the relay: ${problem}`);
  return setup.openDoor(desk);
};

const become = async (setup: RelaySetup, state: RelayState, context: Context<RelayMessage>): Promise<RelayState> => {
  const { identity, space, owner, settings } = setup;
  const acquired = await attempt(context, "relay lease", () =>
    space.leases.acquire(relayLease(identity.host), owner, settings.leaseMs),
  );
  if (acquired.status !== "ok") return standBy(state, "the store does not answer", context);
  const lease = acquired.value;
  if (lease === undefined) return standBy(state, "another node of the host has the lease", context);
  const desk = new RelayDesk();
  const door = await openDoor(setup, desk).catch((thrown: unknown) => asError(thrown));
  if (door === undefined || door instanceof Error) {
    await attempt(context, "relay lease", () => space.leases.release(lease));
    return standBy(state, door?.message ?? "another relay answers at the door", context);
  }
  try {
    // Its life may have ended while the door was opened.
    const children = context.signal.aborted ? undefined : begin(setup, desk, context);
    if (children !== undefined) {
      context.log.info({ host: identity.host }, "this node is the relay of its host");
      return { active: { lease, door, children }, standsBy: undefined };
    }
  } catch (thrown) {
    await leave(setup, { lease, door }, context);
    throw thrown;
  }
  await leave(setup, { lease, door }, context);
  return state;
};

/** A lease that the store does not renew holds until its time is over; then another node may have it. */
const keep = async (
  { space, settings }: RelaySetup,
  state: RelayState,
  active: Active,
  context: Context<RelayMessage>,
): Promise<RelayState> => {
  const renewed = await attempt(context, "relay lease", () => space.leases.renew(active.lease, settings.leaseMs));
  if (renewed.status === "ok" && renewed.value !== undefined) {
    return { ...state, active: { ...active, lease: renewed.value } };
  }
  if (renewed.status === "unavailable" && context.clock.monotonicMs() < active.lease.deadlineMs) return state;
  await active.door.close();
  await end(context, active.children);
  return standBy(state, "the lease of the host was lost", context);
};

/**
 * `/detect/relay`: the relay of a host, while this node has the lease of the host and its door. Below it are three managers (RELAY-2): of the
 * detectors, of the tasks and of the objects; and the processes of the detectors that it starts itself. What they know of each other is one
 * whole: when one fails, or is restarted by hand, all of them begin again.
 */
export const relayProps = (setup: RelaySetup): Props<RelayState, RelayMessage> => ({
  supervision: { strategy: "one-for-all", maxRestarts: 20, withinMs: 60_000 },
  stopTimeoutMs: 15_000,
  behavior: {
    initial: (context) => {
      context.self.tell({ type: "look" });
      return { active: undefined, standsBy: undefined };
    },
    receive: async (state, _message, context) => {
      const { active } = state;
      const next = await (active === undefined ? become(setup, state, context) : keep(setup, state, active, context));
      const againMs = next.active === undefined ? tryAgainMs : setup.settings.leaseMs / 3;
      remind(context, "look", Math.min(againMs, setup.settings.leaseMs / 3), { type: "look" });
      return next;
    },
    stopped: async ({ active }, context) => {
      if (active !== undefined) await leave(setup, active, context);
    },
  },
});
