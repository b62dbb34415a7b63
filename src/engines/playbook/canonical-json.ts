/**
 * A value of JSON or YAML as JSON with the keys of objects in order: equal values are equal texts, and others are not. Its depth is bounded
 * by whoever read it. Unlike that of RFC 8785, which signatures are about, it takes texts that are no Unicode too.
 */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
