import type { Json } from "../../../../base/json.ts";

const isRecord = (value: Json): value is { readonly [key: string]: Json | undefined } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** JSON with the keys of objects in order: equal values are equal texts. For values that have passed `checkValue`. */
export const canonicalJson = (value: Json): string =>
  JSON.stringify(value, (_key, inner: Json) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
