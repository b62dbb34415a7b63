import { StoreError } from "../errors.ts";

/** The one row of the whole store. Every shape of a row in `model/` belongs to a schema version. */
export interface StoreRow {
  readonly schema: number;
  /** The boot during which `offsetMs` holds: the monotonic clock starts again at each. */
  readonly bootId: string;
  /** The store's clock minus the monotonic clock. */
  readonly offsetMs: number;
  /** The store's clock when it was last written down. */
  readonly lastMs: number;
}

export const schemaVersion = 1;

/** Throws `newer-schema`, or `corrupt` if the text is not the row of a store. */
export const readStoreRow = (text: string, directory: string): StoreRow => {
  const row = parseObject(text);
  const { schema, bootId, offsetMs, lastMs } = row;
  if (typeof schema === "number" && schema > schemaVersion) {
    throw new StoreError(
      "newer-schema",
      `${directory} was written by a later version of Garrison (schema ${schema}; this one reads ${schemaVersion}). Use that version`,
      { ids: { directory, schema } },
    );
  }
  if (
    schema !== schemaVersion ||
    typeof bootId !== "string" ||
    typeof offsetMs !== "number" ||
    typeof lastMs !== "number"
  ) {
    throw new StoreError("corrupt", `${directory} holds no Garrison store`, { ids: { directory } });
  }
  return { schema, bootId, offsetMs, lastMs };
};

/** The row that holds from now on: within one boot nothing moves the clock; over a boot it does not go back. */
export const continueClock = (
  row: StoreRow | undefined,
  now: { readonly bootId: string; readonly monotonicMs: number; readonly wallMs: number },
): StoreRow => {
  if (row?.bootId === now.bootId) return { ...row, lastMs: now.monotonicMs + row.offsetMs };
  const lastMs = Math.max(now.wallMs, row?.lastMs ?? 0);
  return { schema: schemaVersion, bootId: now.bootId, offsetMs: lastMs - now.monotonicMs, lastMs };
};

const parseObject = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};
