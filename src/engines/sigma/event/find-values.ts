import type { Json } from "../../../base/json.ts";

export type JsonObject = Readonly<Record<string, Json | undefined>>;

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What stands under a key of the object itself: what it inherits is no part of an event. */
export const own = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/**
 * What stands at a path, in every object of the arrays on the way; a part of the path may also stand there as one key with dots.
 * Undefined when there is nothing, not even null.
 */
export const valuesAt = (start: Json | undefined, path: readonly string[], from = 0): readonly Json[] | undefined => {
  if (start === undefined) return undefined;
  if (from === path.length) return [start];
  if (Array.isArray(start)) {
    const found = (start as readonly Json[]).flatMap((item) => (isObject(item) ? [valuesAt(item, path, from)] : []));
    return found.every((each) => each === undefined) ? undefined : found.flatMap((each) => each ?? []);
  }
  if (!isObject(start)) return undefined;
  let key = "";
  for (let end = from + 1; end <= path.length; end += 1) {
    const part = path[end - 1] ?? "";
    key = end === from + 1 ? part : `${key}.${part}`;
    const found = valuesAt(own(start, key), path, end);
    if (found !== undefined) return found;
  }
  return undefined;
};
