import { readdirSync } from "node:fs";
import {
  type CentrePort,
  defaultRelaySettings,
  relayProps,
  type DetectorProcesses,
  type OpenRelayDoor,
  type RelayDesk,
  type RelaySettings,
  type RelayView,
} from "../../../src/actors/detect/index.ts";
import { createMemoryDatabase, openMemoryStore, type MemoryDatabase } from "../../../src/store/memory/index.ts";
import { TestKernel } from "../kernel.ts";
import { tempDir } from "../temp-dir.ts";
import { until } from "../until.ts";
import { RecordedCentre } from "./recorded-centre.ts";
import { TestDetector, type TestDetectorOptions } from "./test-detector.ts";

export interface RelayWorldOptions {
  readonly settings?: Partial<RelaySettings>;
  readonly processes?: DetectorProcesses;
  /** Another centre than the one that notes what it is asked for. */
  readonly port?: CentrePort;
}

/** A relay of a host on a clock that stands still, a centre that notes what it is asked for, and detectors. */
export class RelayWorld {
  readonly kernel = new TestKernel("seeded");
  readonly centre = new RecordedCentre(this.kernel.clock);
  readonly database: MemoryDatabase = createMemoryDatabase({ clock: this.kernel.clock });
  readonly store = openMemoryStore(this.database);
  readonly folder = tempDir("relay");
  /** The door is open. */
  open = false;
  /** Set when the relay has opened its door the last time. */
  #desk: RelayDesk | undefined;

  /** Starts the relay, and waits until it is the relay of its host. */
  static async start(options: RelayWorldOptions = {}): Promise<RelayWorld> {
    const world = new RelayWorld();
    world.begin(options);
    await world.until(
      () => world.open,
      () => "the door is not open",
    );
    return world;
  }

  get desk(): RelayDesk {
    if (this.#desk === undefined) throw new Error("the relay has not opened its door");
    return this.#desk;
  }

  /** Starts a relay without waiting for anything. Another name: another node of the host. */
  begin(
    { settings = {}, processes, port }: RelayWorldOptions = {},
    name = "relay",
    openDoor: OpenRelayDoor = this.#door,
  ): void {
    const { kernel, centre, store, folder } = this;
    kernel.system.spawn(
      relayProps({
        identity: { host: "host-1", incarnation: `${name}-1` },
        centre: port ?? centre,
        space: store.space("detect"),
        owner: `${name}.1`,
        openDoor,
        settings: { ...defaultRelaySettings, objectsPath: folder.path, ...settings },
        ...(processes === undefined ? {} : { processes }),
      }),
      name,
    );
  }

  /** A detector that has sent its first heartbeat. */
  async detector(name: string, options: TestDetectorOptions = {}): Promise<TestDetector> {
    const detector = new TestDetector(this, name, options);
    await detector.heartbeat();
    return detector;
  }

  /** Runs while `work` is under way; time stands still. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    work.then(finish, finish);
    await this.until(
      () => done,
      () => this.kernel.system.tree(),
    );
    return work;
  }

  /** Runs until that holds; time stands still. */
  until(condition: () => boolean | Promise<boolean>, state: () => unknown): Promise<void> {
    return until(async () => {
      await this.kernel.settle();
      return condition();
    }, state);
  }

  /** Time passes; all the work on files that it sets off is waited for too. */
  async pass(ms: number): Promise<void> {
    await this.kernel.advance(ms);
    await this.rest();
  }

  /** Waits until no download is under way and the files are those that the relay knows of. */
  async rest(): Promise<void> {
    let view: RelayView | undefined;
    await this.until(
      async () => {
        view = await this.run(this.desk.view());
        const { objects, objectCounts } = view;
        const here = objects.filter(({ state }) => state === "complete");
        return (
          objects.every(({ state }) => state !== "downloading") &&
          here.length === this.files().length &&
          here.reduce((sum, { size }) => sum + size, 0) === objectCounts.residentBytes
        );
      },
      () => ({ objects: view?.objects, files: this.files() }),
    );
  }

  /** Injects a fault into an actor of the relay, and waits until all of it runs again. */
  kill(actor: string): Promise<void> {
    return this.#again(actor, this.kernel.system.kill(`/relay/${actor}`, "a test"));
  }

  /** Asks for a new life of an actor of the relay, as a person does, and waits until all of it runs again. */
  restart(actor: string): Promise<void> {
    return this.#again(actor, this.kernel.system.restart(`/relay/${actor}`));
  }

  view(): Promise<RelayView> {
    return this.run(this.desk.view());
  }

  /** Objects on disk. */
  files(): readonly string[] {
    return readdirSync(this.folder.path);
  }

  /** Stops everything, and says what is left on disk. */
  async end(): Promise<readonly string[]> {
    await this.run(this.kernel.system.stop());
    await this.store.close();
    const left = this.files();
    this.folder.remove();
    return left;
  }

  readonly #door: OpenRelayDoor = (desk) => {
    this.#desk = desk;
    this.open = true;
    return Promise.resolve({
      close: () => {
        this.open = false;
        return Promise.resolve();
      },
    });
  };

  async #again(actor: string, isThere: boolean): Promise<void> {
    if (!isThere) throw new Error(`there is no ${actor}`);
    const managers = () => this.kernel.system.tree().children.find(({ path }) => path === "/relay")?.children ?? [];
    await this.until(
      async () => {
        await this.kernel.advance(50);
        return managers().every(({ phase }) => phase === "running");
      },
      () => managers(),
    );
  }
}
