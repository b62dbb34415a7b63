import {
  CentreDesk,
  detectSpace,
  type CentreSetup,
  type DetectSetup,
  type SampleFiles,
} from "../../../src/actors/detect/index.ts";
import type { Clock } from "../../../src/base/clock.ts";
import { seededRandom, type Random } from "../../../src/base/random.ts";
import type { Space } from "../../../src/store/index.ts";
import type { Violation } from "../../support/invariants/index.ts";
import type { Enter } from "../event-loop.ts";
import type { SimulatedStore } from "../simulated-store.ts";
import { openSimulatedStore } from "../store-handle.ts";
import type { World } from "../world.ts";
import { checkDetection } from "./checks/check-detection.ts";
import type { DetectionRecord } from "./checks/detection-record.ts";
import { countDetection, detectionBranchOf } from "./detection-branches.ts";
import { DetectFacts } from "./facts.ts";
import { finalTasks } from "./final-detection.ts";
import { Host } from "./host.ts";
import { isFaulty } from "./is-faulty.ts";
import { roles, type DetectionPlan } from "./plan.ts";
import { Requester } from "./requester.ts";
import { relaySettings } from "./settings.ts";
import { simulatedCentre, type ReachableDesk } from "./simulated-centre.ts";
import { SimulatedDetector } from "./simulated-detector.ts";
import { SimulatedFiles } from "./simulated-files.ts";
import { VerdictReceiver } from "./verdict-receiver.ts";

export interface DetectNodeSetup {
  /** Node and incarnation. */
  readonly node: string;
  /** The same for every incarnation. */
  readonly id: string;
  readonly space: Space;
  readonly clock: Clock;
  readonly random: Random;
  readonly enter: Enter;
}

const longestUpdateMs = 9_000;
const mostUpdates = 2;

/** Everything around the actors of detection of all nodes: who wants verdicts, the hosts with their detectors, the ways between them. */
export class Detection {
  readonly #world: World;
  readonly #store: SimulatedStore;
  readonly #plan: DetectionPlan;
  readonly #files: SampleFiles;
  readonly #facts: DetectFacts;
  readonly #hosts = new Map([...roles.values()].map(({ host }) => [host as string, new Host(host)]));
  readonly #desks = new Map<string, ReachableDesk>();
  readonly #receiver: VerdictReceiver;
  readonly #requester: Requester;
  /** Versions of the signatures of each kind. */
  readonly #signatures = new Map<string, number>();

  /** @param files of every node: they have none */
  constructor(world: World, store: SimulatedStore, plan: DetectionPlan, files: SampleFiles) {
    this.#world = world;
    this.#store = store;
    this.#plan = plan;
    this.#files = files;
    this.#facts = new DetectFacts(world);
    this.#receiver = new VerdictReceiver(world, this.#facts);
    const space = openSimulatedStore(world, store, "requester", (run) => run()).space(detectSpace);
    const random = seededRandom(world.random.below(2 ** 32));
    const by = { node: "requester", id: "n0", space, clock: world.clock, random };
    this.#requester = new Requester(world, this.#centre({ ...by, enter: (run) => run() }), plan.submissions);
    for (const planned of plan.detectors) {
      const host = this.#hosts.get(planned.host);
      if (host === undefined) continue;
      const signatures = (): number => this.#signatures.get(planned.kind.kind) ?? 1;
      new SimulatedDetector({ ...{ world, plan, facts: this.#facts, host, planned, signatures } });
    }
    this.#update(mostUpdates);
  }

  /** Whether others cannot do what this node does, by its id. */
  needs(id: string): boolean {
    return roles.has(id);
  }

  /** What the actors of detection of a node that has joined work with. `undefined`: it has no part in it. */
  join(setup: DetectNodeSetup): DetectSetup | undefined {
    const { node, id, enter, space } = setup;
    const role = roles.get(id);
    const host = role && this.#hosts.get(role.host);
    if (host === undefined) return undefined;
    const centre = this.#centre(setup);
    if (role?.isCentre === true) this.#desks.set(node, { desk: new CentreDesk(centre), enter });
    const relay = { host: host.id, incarnation: node };
    const port = { world: this.#world, plan: this.#plan, facts: this.#facts, relay, enter };
    return {
      ...(role?.isCentre === true ? { centre } : {}),
      relay: {
        ...{ identity: relay, space, owner: node, settings: relaySettings },
        centre: simulatedCentre({ ...port, desks: () => [...this.#desks.values()] }),
        openDoor: host.opening(node, enter),
        files: new SimulatedFiles(this.#facts, { host: host.id, relay: node }),
      },
    };
  }

  died(node: string): void {
    this.#desks.delete(node);
    for (const host of this.#hosts.values()) host.died(node);
  }

  async ended(): Promise<boolean> {
    if (!this.#requester.done) return false;
    const tasks = await finalTasks(this.#store.database);
    const told = new Set(this.#facts.all.flatMap((fact) => (fact.type === "told" ? [fact.url] : [])));
    return (
      [...tasks.values()].every(({ state }) => state === "decided") &&
      this.#requester.acknowledged.every(({ url }) => told.has(url))
    );
  }

  /** Judges everything that was recorded. */
  async check(): Promise<readonly Violation[]> {
    const { clock } = this.#world;
    const record: DetectionRecord = {
      ...{ history: this.#store.history, facts: this.#facts.all, acknowledged: this.#requester.acknowledged },
      ...{ tasks: await finalTasks(this.#store.database), endedAtMs: clock.monotonicMs() },
      wallOffsetMs: clock.wallMs() - clock.monotonicMs(),
    };
    countDetection(record, (branch) => this.#world.count(`branch: ${branch}`));
    return checkDetection(record);
  }

  #centre({ node, id, space, clock, random, enter }: DetectNodeSetup): CentreSetup {
    const sendCallback = this.#receiver.reachedBy(enter);
    return {
      ...{ space, clock, random, owner: node, node: id, settings: this.#plan.settings, files: this.#files },
      ...{ addressOf: (other) => `${other}:1`, sendCallback, acceptEvents: () => Promise.resolve() },
      notify: (event) => {
        const branch = detectionBranchOf(event);
        if (branch !== undefined) this.#world.count(`branch: ${branch}`);
      },
    };
  }

  /** New signatures of some kind, a few times: verdicts of the old ones do not hold any more. */
  #update(left: number): void {
    const { random } = this.#world;
    if (left === 0) return;
    this.#world.after(random.below(longestUpdateMs), () => {
      if (!isFaulty(this.#world)) return;
      const { kind } = this.#plan.detectors[random.below(this.#plan.detectors.length)]?.kind ?? { kind: "" };
      this.#signatures.set(kind, (this.#signatures.get(kind) ?? 1) + 1);
      this.#world.count("fault: signatures change");
      this.#update(left - 1);
    });
  }
}
