import { z } from "zod";
import type { Choice } from "../../../engines/playbook/index.ts";
import type { Change, Space, StoredRecord } from "../../../store/index.ts";
import { dedupKey, rateKey } from "../records/keys.ts";
import type { Suppression } from "../views.ts";

/** The event that began the window. */
const dedupRecord = z.strictObject({ event: z.string() });
/** Events that started playbooks, in slices of time: when each began, and how many. */
const rateRecord = z.strictObject({ slices: z.array(z.tuple([z.number(), z.number().int()])) });

/** A window of a rate is counted in so many slices: an event counts until its whole slice has left the window. */
const slicesPerWindow = 20;

interface Dedup {
  readonly version: number;
  readonly windowMs: number;
  holder: string | undefined;
  changed: boolean;
}

interface Rate {
  readonly version: number;
  readonly most: number;
  readonly perMs: number;
  readonly slices: [number, number][];
  changed: boolean;
}

/**
 * What was started lately, as far as these choices ask for it: which events began their windows, and how many there were. What is
 * admitted is counted here, and kept by `changes`, which belong into the commit that starts the runs: they expect that nobody else has
 * counted meanwhile.
 */
export class Windows {
  readonly #nowMs: number;
  readonly #dedups = new Map<string, Dedup>();
  readonly #rates = new Map<string, Rate>();
  /** What was said of a binding for an event: it is counted once for all of its playbooks. */
  readonly #said = new Map<string, Suppression["reason"] | undefined>();

  /** @param records those of `windowKeys` that there are */
  constructor(choices: readonly Choice[], records: ReadonlyMap<string, StoredRecord>, nowMs: number) {
    this.#nowMs = nowMs;
    for (const choice of choices) {
      const { binding } = choice;
      const dedup = dedupKeyOf(choice);
      if (dedup !== undefined && binding.dedup !== undefined) {
        const record = records.get(dedup);
        this.#dedups.set(dedup, {
          version: record?.version ?? 0,
          windowMs: binding.dedup.windowMs,
          holder: record === undefined ? undefined : dedupRecord.parse(record.value).event,
          changed: false,
        });
      }
      if (binding.rate !== undefined) {
        const key = rateKey(binding.id);
        const record = records.get(key);
        this.#rates.set(key, {
          version: record?.version ?? 0,
          most: binding.rate.events,
          perMs: binding.rate.perMs,
          slices: record === undefined ? [] : rateRecord.parse(record.value).slices,
          changed: false,
        });
      }
    }
  }

  /** Why this choice must not start its playbook for this event; `undefined`: it may, and that is counted. */
  admit(choice: Choice, event: string): Suppression["reason"] | undefined {
    const about = `${choice.binding.id}\0${event}`;
    if (this.#said.has(about)) return this.#said.get(about);
    const said = this.#look(choice, event);
    this.#said.set(about, said);
    return said;
  }

  /** What keeps the counts, for one commit. */
  changes(): readonly Change[] {
    const changes: Change[] = [];
    for (const [key, { changed, holder, version, windowMs }] of this.#dedups) {
      if (!changed || holder === undefined) continue;
      changes.push({ type: "put", key, value: { event: holder }, expectedVersion: version, expiresInMs: windowMs });
    }
    for (const [key, { changed, slices, version, perMs }] of this.#rates) {
      if (!changed) continue;
      const expiresInMs = perMs + sliceMs(perMs);
      changes.push({ type: "put", key, value: { slices }, expectedVersion: version, expiresInMs });
    }
    return changes;
  }

  #look(choice: Choice, event: string): Suppression["reason"] | undefined {
    const key = dedupKeyOf(choice);
    const dedup = key === undefined ? undefined : this.#dedups.get(key);
    // The same event again: what was decided for it before was not, or only in part, written down.
    if (dedup?.holder !== undefined && dedup.holder !== event) return "duplicate";
    const rate = this.#rates.get(rateKey(choice.binding.id));
    if (rate !== undefined && !this.#count(rate)) return "rate";
    if (dedup !== undefined && dedup.holder === undefined) {
      dedup.holder = event;
      dedup.changed = true;
    }
    return undefined;
  }

  /** False: there were enough. */
  #count(rate: Rate): boolean {
    const { slices, perMs, most } = rate;
    const widthMs = sliceMs(perMs);
    const left = slices.filter(([beganMs]) => beganMs + widthMs > this.#nowMs - perMs);
    if (left.reduce((sum, [, events]) => sum + events, 0) >= most) return false;
    const last = left.at(-1);
    if (last !== undefined && this.#nowMs < last[0] + widthMs) last[1] += 1;
    else left.push([this.#nowMs, 1]);
    slices.splice(0, slices.length, ...left);
    rate.changed = true;
    return true;
  }
}

/** Reads what the choices have to know of what was started before. */
export const readWindows = async (space: Space, choices: readonly Choice[], nowMs: number): Promise<Windows> => {
  const keys = [...new Set(choices.flatMap(windowKeys))];
  const records = await Promise.all(keys.map((key) => space.records.get(key)));
  const found = records.filter((record) => record !== undefined);
  return new Windows(choices, new Map(found.map((record) => [record.key, record])), nowMs);
};

/** The records that a choice depends on. */
const windowKeys = (choice: Choice): readonly string[] => {
  const dedup = dedupKeyOf(choice);
  return [
    ...(dedup === undefined ? [] : [dedup]),
    ...(choice.binding.rate === undefined ? [] : [rateKey(choice.binding.id)]),
  ];
};

const dedupKeyOf = ({ binding, dedupKey: values }: Choice): string | undefined =>
  binding.dedup === undefined || values === undefined ? undefined : dedupKey(binding.id, values);

const sliceMs = (perMs: number): number => Math.max(1, Math.floor(perMs / slicesPerWindow));
