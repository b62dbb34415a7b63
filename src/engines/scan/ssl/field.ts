import { bytesOf, type Value } from "../value/value.ts";

type Plain = string | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** One field of a response: as text, and as a value where that prints otherwise. */
export interface Field {
  readonly key: string;
  readonly value: Plain;
  /** How Go prints it. */
  readonly shown?: string;
}

/** A time: RFC 3339 in the response, Go's own form as a value. */
export const timeField = (key: string, ms: number): Field => {
  const [day = "", time = ""] = new Date(Number.isFinite(ms) ? ms : 0).toISOString().split(/T|\.\d*Z$/);
  return { key, value: `${day}T${time}Z`, shown: `${day} ${time} +0000 UTC` };
};

const isEmpty = (value: Plain): boolean =>
  value === "" || value === false || (Array.isArray(value) && value.length === 0);

/** Go's `omitempty`: fields that say nothing are not there. */
export const present = (fields: readonly Field[]): readonly Field[] => fields.filter(({ value }) => !isEmpty(value));

/** The response as JSON, as a byte string. */
export const jsonText = (fields: readonly Field[]): string =>
  bytesOf(JSON.stringify(Object.fromEntries(fields.map(({ key, value }) => [key, value]))));

export const valueOf = ({ value, shown }: Field): Value => asValue(shown ?? value);

const asValue = (plain: Plain): Value => {
  if (typeof plain === "string") return bytesOf(plain);
  if (typeof plain === "boolean") return plain;
  if (isList(plain)) return plain.map(asValue);
  return Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, asValue(value)]));
};

const isList = (plain: Plain): plain is readonly Plain[] => Array.isArray(plain);
