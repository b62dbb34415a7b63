import { script } from "../../../support/script.ts";
import { until } from "../../../support/until.ts";
import { NodeChild } from "../../node-child.ts";
import type { FrontEndHears, FrontEndSays, FrontEndSettings } from "./front-end-process.ts";

type Order = FrontEndHears extends infer Each ? (Each extends FrontEndHears ? Omit<Each, "id"> : never) : never;

const readyMs = 120_000;

/** One life of a front end's process. */
class FrontEndLife extends NodeChild<FrontEndSays, FrontEndHears> {
  readonly #waiting = new Map<number, (says: FrontEndSays | undefined) => void>();
  #ready = false;
  #orders = 0;

  constructor(settings: FrontEndSettings) {
    super(script("front-end-process", import.meta.url), settings);
    void this.gone.then(() => {
      for (const answer of this.#waiting.values()) answer(undefined);
      this.#waiting.clear();
    });
  }

  get ready(): boolean {
    return this.#ready && this.exit === undefined;
  }

  do(order: Order): Promise<FrontEndSays | undefined> {
    if (this.exit !== undefined) return Promise.resolve(undefined);
    const id = (this.#orders += 1);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.send({ ...order, id });
    });
  }

  protected override heard(says: FrontEndSays): void {
    if (says.id === 0) this.#ready = true;
    this.#waiting.get(says.id)?.(says);
    this.#waiting.delete(says.id);
  }
}

/** A front end through all its lives. It does not outlive this process. */
export class FrontEnd {
  readonly #settings: FrontEndSettings;
  #life: FrontEndLife;
  #ended = false;

  constructor(settings: FrontEndSettings) {
    this.#settings = settings;
    this.#life = new FrontEndLife(settings);
  }

  /** Has it do something once it has a table; `undefined`: it died, and nobody knows how far it got. */
  async do(order: Order): Promise<FrontEndSays | undefined> {
    await until(
      () => this.#life.ready || this.#ended,
      () => ({ settings: this.#settings, exit: this.#life.exit, said: this.#life.said }),
      readyMs,
    );
    return this.#life.do(order);
  }

  /** Ends it as a crash does, and starts it again. */
  async crash(): Promise<void> {
    await this.#life.kill();
    if (!this.#isEnded()) this.#life = new FrontEndLife(this.#settings);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#life.kill();
  }

  /** (A function, since the compiler does not see that it changes while something is awaited.) */
  #isEnded(): boolean {
    return this.#ended;
  }
}
