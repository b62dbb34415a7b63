import type { Leaf } from "../event/leaf.ts";
import type { ValueTest } from "./value-test.ts";

/** True and false also match their names: what makes events of logs often has only texts. */
export class BooleanTest implements ValueTest {
  readonly required = [];
  readonly #name: string;

  constructor(expected: boolean) {
    this.#name = String(expected);
  }

  passes({ folded }: Leaf): boolean {
    return folded === this.#name;
  }
}
