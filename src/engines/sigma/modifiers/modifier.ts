import { SigmaError } from "../errors.ts";
import type { ItemValue } from "./item-value.ts";

/** What rules may name with `%name%`: the texts, with wildcards, that each name stands for. */
export type Placeholders = ReadonlyMap<string, readonly string[]>;

/** Where a modifier stands. */
export interface ModifierPlace {
  /** Of the item in the rule, for messages. */
  readonly at: string;
  /** As the rule writes it. */
  readonly name: string;
  /** How the value stands in the rule, before all modifiers. */
  readonly source: unknown;
  /** No modifier stands before this one. */
  readonly first: boolean;
  readonly placeholders: Placeholders;
}

/**
 * Makes one value into another, or into several of which one is enough.
 *
 * @throws SigmaError when the modifier does not go with the value
 */
export type Modifier = (value: ItemValue, place: ModifierPlace) => readonly ItemValue[];

/** The error of a modifier that does not go with its value or with those before it. */
export const misfit = ({ at, name }: ModifierPlace, fix: string): SigmaError =>
  new SigmaError("invalid-rule", at, `the modifier "${name}" ${fix}`);
