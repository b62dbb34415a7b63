import type { Page, PageRequest, Records, StoredRecord } from "../ports.ts";
import type { Backend } from "./backend.ts";
import { checkId, checkIds } from "./checks.ts";
import { decode } from "./encoding.ts";
import { checkPage } from "./page.ts";

export class RecordsHandle implements Records {
  readonly #backend: Backend;
  readonly #space: string;

  constructor(backend: Backend, space: string) {
    this.#backend = backend;
    this.#space = space;
  }

  async get(key: string): Promise<StoredRecord | undefined> {
    const record = await this.#backend.ask(this.#space, "record", { key: checkId("record key", key) });
    return record === undefined ? undefined : { ...record, value: decode(record.value) };
  }

  async getMany(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]> {
    let left = checkIds("record key", keys);
    const found: (StoredRecord | undefined)[] = [];
    while (left.length > 0) {
      const records = await this.#backend.ask(this.#space, "recordsByKey", { keys: left });
      for (const record of records) found.push(record && { ...record, value: decode(record.value) });
      left = left.slice(records.length);
    }
    return found;
  }

  async list(prefix: string, page: PageRequest = {}): Promise<Page<StoredRecord>> {
    const { limit, cursor } = checkPage(page);
    if (prefix !== "") checkId("prefix", prefix);
    const { rows, more } = await this.#backend.ask(this.#space, "records", { prefix, limit, cursor });
    return {
      rows: rows.map((record) => ({ ...record, value: decode(record.value) })),
      next: more ? rows.at(-1)?.key : undefined,
    };
  }
}
