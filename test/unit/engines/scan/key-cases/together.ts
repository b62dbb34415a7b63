import { setTimeout as pause } from "node:timers/promises";

const waitMs = 12;

/** Tells how many were under way at once at most; each is held until another one is, or for some milliseconds. */
export class Together {
  #now = 0;
  most = 0;
  #second: (() => void) | undefined;

  async hold(): Promise<void> {
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    this.#second?.();
    if (this.#now < 2) await Promise.race([pause(waitMs), new Promise<void>((resolve) => (this.#second = resolve))]);
    this.#now -= 1;
  }
}
