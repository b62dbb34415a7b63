import type { Clock, Timer } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import type { Catalog, CatalogProblem, CatalogSource } from "./catalog.ts";
import { CatalogLoader, type Look } from "./catalog-loader.ts";
import type { CatalogLog, CatalogSetup } from "./catalog-setup.ts";

/** How often the folders are looked at, milliseconds. */
const lookMs = 1_000;
/** Of a processor, at most a twentieth goes into looking, however many files there are. */
const restRatio = 19;

/** The catalog of some folders, which follows their files. */
export class CatalogFiles implements CatalogSource {
  readonly #loader: CatalogLoader;
  readonly #clock: Clock;
  readonly #log: CatalogLog | undefined;
  readonly #onChange: CatalogSetup["onChange"];
  #catalog: Catalog;
  /** What the catalog in use was made of. */
  #loaded: Look;
  /** What was seen last: files are taken when they are the same twice, so that none is taken half written. */
  #seen: string;
  #generation = 0;
  #timer: Timer | undefined;
  /** Looks and loads come one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(setup: CatalogSetup, loader: CatalogLoader, look: Look, catalog: Catalog) {
    this.#loader = loader;
    this.#clock = setup.clock;
    this.#log = setup.log;
    this.#onChange = setup.onChange;
    this.#loaded = look;
    this.#seen = look.stamp;
    this.#catalog = catalog;
  }

  /** Reads the folders. What is wrong with them is in the catalog's problems. */
  static async open(setup: CatalogSetup): Promise<CatalogFiles> {
    const loader = new CatalogLoader(setup);
    const look = await loader.look();
    const files = new CatalogFiles(setup, loader, look, await loader.load(look, 0));
    files.#report([]);
    files.#lookIn(lookMs);
    return files;
  }

  current(): Catalog {
    return this.#catalog;
  }

  /** Reads every file again, changed or not. When it resolves the catalog in use is of files as they were after the call. */
  reload(): Promise<void> {
    return this.#inTurn(async () => {
      this.#generation += 1;
      await this.#load(await this.#loader.look());
    });
  }

  /** Looks no more, and ends what it started. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#last;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#last.then(() => (this.#closed ? undefined : work()));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  #lookIn(ms: number): void {
    if (this.#closed) return;
    this.#timer = this.#clock.after(ms, () => void this.#inTurn(() => this.#look()), true);
  }

  async #look(): Promise<void> {
    const beganMs = this.#clock.monotonicMs();
    let restMs = lookMs;
    try {
      const look = await this.#loader.look();
      restMs = Math.max(lookMs, restRatio * (this.#clock.monotonicMs() - beganMs));
      const isSettled = look.stamp === this.#seen;
      this.#seen = look.stamp;
      if (isSettled && look.stamp !== this.#loaded.stamp) await this.#load(look);
    } catch (thrown) {
      this.#log?.warn({ err: asError(thrown) }, "the files of playbooks and bindings could not be read again");
    }
    this.#lookIn(restMs);
  }

  async #load(look: Look): Promise<void> {
    const catalog = await this.#loader.load(look, this.#generation);
    this.#loaded = look;
    this.#seen = look.stamp;
    const before = this.#catalog;
    this.#catalog = catalog;
    if (catalog.version === before.version && sameProblems(catalog, before)) return;
    this.#report(before.problems);
    this.#onChange?.(catalog);
  }

  /** @param told problems that are in the log already */
  #report(told: readonly CatalogProblem[]): void {
    const { version, playbooks, bindings, problems } = this.#catalog;
    const facts = { version, playbooks: playbooks.size, bindings: bindings.length, problems: problems.length };
    this.#log?.info(facts, "playbooks and bindings are in use");
    const known = new Set(told.map((problem) => JSON.stringify(problem)));
    const fresh = problems.filter((problem) => !known.has(JSON.stringify(problem)));
    for (const problem of fresh.slice(0, mostLogged))
      this.#log?.warn(problem, "a file of playbooks or bindings is wrong");
  }
}

/** Problems that one load writes to the log; all are in the catalog. */
const mostLogged = 20;

const sameProblems = (a: Catalog, b: Catalog): boolean => JSON.stringify(a.problems) === JSON.stringify(b.problems);
