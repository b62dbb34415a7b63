import { detectProps, detectSpace } from "../../src/actors/detect/index.ts";
import { respondProps, respondSpace, type RespondMessage } from "../../src/actors/respond/index.ts";
import { BundleStore, scanProps, scanSpace } from "../../src/actors/scan/index.ts";
import type { Clock } from "../../src/base/clock.ts";
import type { Random } from "../../src/base/random.ts";
import { suspectsOf, systemProps, type Membership, type SystemMessage } from "../../src/cluster/index.ts";
import type { ActorSystem, Address } from "../../src/kernel/index.ts";
import type { Recorder } from "../support/history.ts";
import type { Detection } from "./detect/detection.ts";
import type { Enter } from "./event-loop.ts";
import { loadProps, type LoadMessage } from "./load-actors.ts";
import type { NodeLinks } from "./node-links.ts";
import { rootSupervision, settings } from "./node-settings.ts";
import { ownedKinds, ownedSpace } from "./owned-work.ts";
import { noteSpawn, recording } from "./recording-props.ts";
import type { RequestLog } from "./request-log.ts";
import { branchOf } from "./respond/response-branches.ts";
import type { Response } from "./respond/response.ts";
import { quiesceMs, respondSettings } from "./respond/settings.ts";
import { simulatedEngine } from "./simulated-engine.ts";
import type { SimulatedStore } from "./simulated-store.ts";
import type { StoreHandle } from "./store-handle.ts";
import type { Workload } from "./workload.ts";
import type { World } from "./world.ts";

export interface NodeActorsSetup {
  readonly world: World;
  /** Node and incarnation: the owner of its claims and leases. */
  readonly node: string;
  /** Of the node, the same for every incarnation. */
  readonly id: string;
  readonly system: ActorSystem;
  readonly links: NodeLinks;
  readonly handle: StoreHandle;
  readonly store: SimulatedStore;
  readonly recorder: Recorder;
  readonly workload: Workload;
  readonly response: Response | undefined;
  readonly detection: Detection | undefined;
  readonly requests: RequestLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly enter: Enter;
  readonly isFrozen: () => boolean;
  readonly membership: Membership;
  /** The node has lost its place in the cluster. */
  readonly onLost: () => void;
  /** Ends the process. */
  readonly crash: () => void;
}

export interface NodeActors {
  readonly cell: Address<SystemMessage>;
  /** Stops those that take work from the store: they are the first to stop. */
  readonly stopWorkers: () => Promise<void>;
  readonly load: Address<LoadMessage>;
}

/** Starts the real actors of membership, ownership, scans and, if it answers events or makes verdicts, of respond and detection on a node that has joined, with those that talk and those that are load. */
export const spawnNodeActors = (setup: NodeActorsSetup): NodeActors => {
  const { world, node, system, links, handle, store, recorder, workload, requests, clock, enter } = setup;
  const { remote, scanPeers } = links;
  const space = handle.space(scanSpace);
  const scans = scanProps({
    ...{ space, settings, owner: node, peers: scanPeers },
    engine: simulatedEngine({
      ...{ world, workload, requests, node, enter, crash: setup.crash },
      bundles: new BundleStore(space, world.clock),
    }),
    notify: (event) => world.count(`branch: ${event.type}`),
  });
  const owned = { world, store, space: handle.space(ownedSpace), clock, enter };
  const cluster = systemProps({
    membership: setup.membership,
    onLost: setup.onLost,
    kinds: ownedKinds({ ...owned, owner: node }),
    onTable: (view) => remote.tableChanged(view),
    suspects: suspectsOf(() => remote.links()),
  });
  const cell = system.spawn(recording(recorder, node, cluster), "system");
  links.spawnTalk();
  const scan = system.spawn(recording(recorder, node, scans), "scan");
  const load = system.spawn(recording(recorder, node, loadProps(world, enter)), "load");
  const respond = spawnRespond(setup);
  const detect = spawnDetect(setup);
  for (const address of [cell, scan, respond, detect, load]) {
    if (address !== undefined) noteSpawn(recorder, node, address, { id: undefined, supervision: rootSupervision });
  }
  const stopRespond = async (): Promise<void> => {
    if (respond === undefined) return;
    // What takes longer is ended.
    await respond.ask((replyTo) => ({ type: "quiesce", replyTo }), quiesceMs).catch(() => undefined);
    await system.stopActor(respond);
  };
  const stopWorkers = async (): Promise<void> => {
    const stopDetect = detect === undefined ? undefined : system.stopActor(detect);
    await Promise.all([system.stopActor(scan), stopRespond(), stopDetect]);
  };
  return { cell, stopWorkers, load };
};

const spawnRespond = (setup: NodeActorsSetup): Address<RespondMessage> | undefined => {
  const { world, node, system, handle, recorder, requests, response, enter, isFrozen } = setup;
  if (response === undefined) return undefined;
  const frozenUntilMs = (): number => (isFrozen() ? Number.POSITIVE_INFINITY : requests.thawedAtMs(node));
  const props = respondProps({
    ...response.join({ node, enter, frozenUntilMs }),
    ...{ space: handle.space(respondSpace), settings: respondSettings, owner: node, node },
    catalog: { current: () => response.plan.catalog },
    notify: (event) => {
      const branch = branchOf(event);
      if (branch !== undefined) world.count(`branch: ${branch}`);
    },
  });
  return system.spawn(recording(recorder, node, props), "respond");
};

const spawnDetect = (setup: NodeActorsSetup): Address<never> | undefined => {
  const { node, id, system, handle, recorder, detection, clock, random, enter } = setup;
  if (detection === undefined) return undefined;
  const space = handle.space(detectSpace);
  const parts = detection.join({ node, id, space, clock, random, enter });
  return parts && system.spawn(recording(recorder, node, detectProps(parts)), "detect");
};
