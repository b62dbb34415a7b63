import { isList, printed } from "../../value/printed.ts";
import type { Value } from "../../value/value.ts";
import { DslError } from "../error.ts";
import type { DslSetup } from "../setup.ts";

/** Largest text that a helper may give, in bytes. */
export const maxResultBytes = 16 * 1024 * 1024;

/** A function of the expression language. */
export interface Helper {
  /** As in nuclei's documentation, e.g. `(str string, start int, optionalEnd int)`. */
  readonly signature: string;
  /** What it is for, in one line, with its bounds where it has some of its own. */
  readonly note: string;
  /** Fewest and most arguments. */
  readonly arity: readonly [fewest: number, most: number];
  /** Whether it may have to wait. */
  readonly isAsync?: boolean;
  /** @throws DslError */
  run(args: Arguments, setup: DslSetup): Value | Promise<Value>;
}

/** The arguments of one call, read as Go's helpers read them. */
export class Arguments {
  readonly all: readonly Value[];

  constructor(all: readonly Value[]) {
    this.all = all;
  }

  get count(): number {
    return this.all.length;
  }

  at(index: number): Value {
    return this.all[index] ?? null;
  }

  /** Any value as text. */
  text(index: number): string {
    return printed(this.at(index));
  }

  /** A value that must be a text already. */
  onlyText(index: number): string {
    const value = this.at(index);
    if (typeof value === "string") return value;
    throw new DslError("wrong-argument", `argument ${index + 1} must be a text`);
  }

  /** A value that must be a float, cut to a whole number. */
  wholeNumber(index: number): number {
    const value = this.at(index);
    if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value);
    throw new DslError("wrong-argument", `argument ${index + 1} must be a number`);
  }

  /** A value whose text is a decimal integer. */
  integer(index: number): number {
    const value = integerOf(this.text(index));
    if (value !== undefined) return value;
    throw new DslError("wrong-argument", `argument ${index + 1} must be a whole number`);
  }

  /** The texts of the arguments from one on. */
  textsFrom(index: number): readonly string[] {
    return this.all.slice(index).map(printed);
  }

  /** A list of texts, or undefined. */
  texts(index: number): readonly string[] | undefined {
    const value = this.at(index);
    if (!isList(value)) return undefined;
    const texts = value.filter((item) => typeof item === "string");
    return texts.length === value.length ? texts : undefined;
  }
}

/** A decimal integer with an optional sign, as Go's Atoi reads it, or undefined. */
export const integerOf = (text: string): number | undefined => {
  const value = /^[+-]?\d{1,19}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
};

/** @throws DslError `too-large` for what would be longer than a helper may give */
export const checkSize = (bytes: number): void => {
  if (bytes > maxResultBytes) {
    throw new DslError("too-large", `the result would be larger than ${maxResultBytes} bytes`);
  }
};
