import type { Target } from "./target.ts";

/** How many actors of a peer have a number at a time; both ends know it. */
export const mostNumbers = 16_384;

/**
 * The numbers that actors of one peer incarnation have, so that their paths travel once. With each new one beyond the bound the one that
 * got its number first loses it. Links deliver in order and each envelope once, so both ends always agree.
 */
export class TargetNumbers {
  readonly #targets: (Target | undefined)[] = [undefined];
  #next = 1;

  /** The number it has; 0: none. */
  of(target: Target): number {
    return this.#targets[target.number] === target ? target.number : 0;
  }

  /** The number that the next one gets. */
  get next(): number {
    return this.#next;
  }

  /** The envelope that says so was taken by the link: it has the next number now. */
  give(target: Target): void {
    target.number = this.#next;
    this.#targets[this.#next] = target;
    this.#next = this.#next === mostNumbers ? 1 : this.#next + 1;
  }

  at(number: number): Target | undefined {
    return this.#targets[number];
  }
}
