import { BundleStore, LinkedPeers, scanProps, Scans, type ScanRole } from "../../src/actors/scan/index.ts";
import type { Clock } from "../../src/base/clock.ts";
import type { Space } from "../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../src/store/memory/index.ts";
import { RemoteWorld } from "../unit/cluster/remote/remote-world.ts";
import { bundle, settings, specOf } from "./scan-node.ts";

/** A piece of work that a node has given to its engine, to be ended by the test. */
export interface LinkedRun {
  readonly node: string;
  readonly taskId: string;
  readonly signal: AbortSignal;
  finish(): void;
}

/** A store that tells nobody of changes, so that whoever waits for one looks only when its time is over: hints show against it. */
const deaf = (space: Space, clock: Clock): Space => ({
  name: space.name,
  queue: space.queue,
  groups: space.groups,
  records: space.records,
  leases: space.leases,
  limits: space.limits,
  revision: () => space.revision(),
  commit: (guard, changes) => space.commit(guard, changes),
  changed: (seen, timeoutMs) =>
    new Promise((resolve, reject) => {
      clock.after(timeoutMs, () => void space.changed(seen, 0).then(resolve, reject));
    }),
});

/** The scan actors of some nodes on one store in memory, with links, and time that the test moves. */
export class LinkedScanNodes {
  readonly world = new RemoteWorld();
  /** Every run since the start, over all nodes. */
  readonly runs: LinkedRun[] = [];
  readonly space: Space;
  readonly #database = createMemoryDatabase({ clock: this.world.clock });
  readonly #scans = new Map<string, Scans>();
  readonly #subtasks: number;

  /** @param subtasks of each scan */
  constructor(subtasks: number) {
    this.#subtasks = subtasks;
    this.space = openMemoryStore(this.#database).space("scan");
  }

  start(id: string, roles: readonly ScanRole[]): void {
    const { clock } = this.world;
    const { system, remote } = this.world.start(id);
    const peers = new LinkedPeers(remote, id);
    const space = deaf(openMemoryStore(this.#database).space("scan"), clock);
    this.#scans.set(id, new Scans(space, clock, peers));
    const batches = Array.from({ length: this.#subtasks }, (_, at) => ({ templates: [`t${at}`], requests: 1 }));
    system.spawn(
      scanProps({
        space,
        peers,
        roles,
        settings,
        owner: id,
        notify: () => undefined,
        engine: {
          decompose: () => Promise.resolve(batches),
          split: () => Promise.resolve([]),
          run: ({ taskId }, { signal }) =>
            new Promise((resolve) => {
              const requests = { planned: 1, sent: 1, failed: 0, skipped: 0, unneeded: 0 };
              const finish = (): void => resolve({ findings: [], droppedFindings: 0, requests, problems: [] });
              this.runs.push({ node: id, taskId, signal, finish });
            }),
        },
      }),
      "scan",
    );
  }

  /** The scans as the control service of this node sees them. */
  scans(node: string): Scans {
    const scans = this.#scans.get(node);
    if (scans === undefined) throw new Error(`no node ${node}`);
    return scans;
  }

  async submit(id: string): Promise<void> {
    await new BundleStore(this.space, this.world.clock).put(bundle, new Uint8Array());
    await this.scans("a").submit(id, specOf(id));
  }
}
