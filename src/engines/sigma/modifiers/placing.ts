import { joined, many, type Part } from "../text/part.ts";
import type { ReferenceValue } from "./item-value.ts";
import { misfit, type Modifier } from "./modifier.ts";

const placing =
  (
    relation: Exclude<ReferenceValue["relation"], "equals">,
    place: (parts: readonly Part[]) => readonly Part[],
  ): Modifier =>
  (value, at) => {
    if (value.type === "text" && !value.placed) return [{ ...value, parts: joined(place(value.parts)), placed: true }];
    if (value.type === "reference" && value.relation === "equals") return [{ ...value, relation }];
    if (value.type === "pattern") {
      throw misfit(at, 'does not go with "re": a regular expression is found anywhere; ^ and $ in it say where');
    }
    if (value.type === "text" || value.type === "reference") {
      throw misfit(at, "says the place of the value a second time: keep one of contains, startswith, endswith");
    }
    throw misfit(at, "is for texts: put the value into quotes");
  };

export const contains = placing("contains", (parts) => [many, ...parts, many]);
export const startsWith = placing("startsWith", (parts) => [...parts, many]);
export const endsWith = placing("endsWith", (parts) => [many, ...parts]);
