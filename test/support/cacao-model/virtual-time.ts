import { nextTurn } from "../../../src/base/event-loop.ts";

/** What is given up together, with all that is inside. */
export class Cancel {
  readonly #acts = new Set<() => void>();
  isCancelled = false;

  /** One that is given up with this one, and by itself. */
  inner(): Cancel {
    const inner = new Cancel();
    this.whenCancelled(() => inner.cancel());
    return inner;
  }

  /** @returns forgets it */
  whenCancelled(act: () => void): () => void {
    if (this.isCancelled) act();
    else this.#acts.add(act);
    return () => this.#acts.delete(act);
  }

  cancel(): void {
    if (this.isCancelled) return;
    this.isCancelled = true;
    for (const act of this.#acts) act();
  }
}

/** What somebody waited for was given up. */
export class Cancelled extends Error {}

/** Time that goes on when nothing else can happen, in milliseconds from 0. */
export class VirtualTime {
  nowMs = 0;
  /** Two waits were over at the same time: what comes first is not said. */
  hadTie = false;
  readonly #waits = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  /** @throws Cancelled */
  async wait(ms: number, cancel: Cancel): Promise<void> {
    let forget: () => void = () => undefined;
    await new Promise<void>((resolve, reject) => {
      const wait = { atMs: this.nowMs + ms, wake: resolve };
      if (ms < Infinity) this.#waits.add(wait);
      forget = cancel.whenCancelled(() => {
        this.#waits.delete(wait);
        reject(new Cancelled());
      });
    });
    forget();
  }

  /** Until the work is over. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let isOver = false;
    const over = (): void => void (isOver = true);
    void work.then(over, over);
    for (;;) {
      await nextTurn();
      if (isOver) return work;
      const nextMs = Math.min(...[...this.#waits].map(({ atMs }) => atMs));
      const due = [...this.#waits].filter(({ atMs }) => atMs === nextMs);
      if (due.length === 0) throw new Error("it waits for nothing");
      this.hadTie ||= due.length > 1;
      this.nowMs = nextMs;
      for (const wait of due) {
        this.#waits.delete(wait);
        wait.wake();
      }
    }
  }
}
