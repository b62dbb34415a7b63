import { z } from "zod";
import type { Json } from "../../base/json.ts";

/** Schemas of fields as protobuf sends them: a scalar that has its default value is not there. */

/** A whole number of 32 bits. */
export const uint32 = (max = 2 ** 32 - 1) => z.number().int().min(0).max(max).default(0);

const exact = z
  .string()
  .transform(Number)
  .refine((value) => Number.isSafeInteger(value) && value >= 0, "above 2^53 - 1");

/** A whole number of 64 bits, which has to be one that JavaScript holds exactly. */
export const uint64 = () => exact.default(0);

/** As `uint64`, for a field in which 0 stands for "not there". */
export const optionalUint64 = () => z.exactOptional(exact);

export const text = (max = 4 * 1024 * 1024) => z.string().max(max).default("");

/** As `text`, for a field in which the empty text stands for "not there". */
export const optionalText = (max = 4 * 1024 * 1024) => z.exactOptional(z.string().max(max));

/** Texts by name. */
export const textMap = (mostEntries = 10_000, mostChars = 4 * 1024 * 1024) =>
  z
    .record(z.string(), z.string().max(mostChars))
    .refine((entries) => Object.keys(entries).length <= mostEntries, `more than ${mostEntries} entries`)
    .default({});

/** Bytes that are sent in parts: never empty. */
export const chunk = (most: number) =>
  z
    .custom<Uint8Array>((data) => data instanceof Uint8Array, "not bytes")
    .refine((data) => data.length > 0 && data.length <= most, `not 1 … ${most} bytes`);

export const flag = () => z.boolean().default(false);

/** Any value of JSON, which travels as its text. */
export const jsonText = (most = 4 * 1024 * 1024) =>
  z
    .string("is missing")
    .max(most)
    .transform((written, context): Json => {
      try {
        return JSON.parse(written) as Json;
      } catch {
        context.addIssue("not JSON");
        return z.NEVER;
      }
    });

/** As `jsonText`, for a field in which the empty text stands for "not there". */
export const optionalJsonText = () => z.exactOptional(jsonText());

const wireNameOf = (prefix: string, name: string): string => `${prefix}_${name.toUpperCase().replaceAll("-", "_")}`;

/** An enum: on the wire `PREFIX_NAME`, here `name`; a hyphen is an underscore there. Unspecified and unknown values are refused. */
export const enumOf = <const Name extends string>(prefix: string, names: readonly Name[]) => {
  const wireNames = new Map(names.map((name) => [wireNameOf(prefix, name), name]));
  const toWire = Object.fromEntries(names.map((name) => [name, wireNameOf(prefix, name)])) as Record<Name, string>;
  return {
    schema: z.unknown().transform((value, context): Name => {
      const name = typeof value === "string" ? wireNames.get(value) : undefined;
      if (name !== undefined) return name;
      context.addIssue(`not one of ${names.join(", ")}`);
      return z.NEVER;
    }),
    toWire: (name: Name): string => toWire[name],
  };
};

/** The part of a listing that is asked for. */
export const pageFields = {
  /** 0: 100. */
  pageSize: uint32(1_000),
  /** `nextPageToken` of the page before; empty: from the start. */
  pageToken: text(1_000),
};
