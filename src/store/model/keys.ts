/** Enough digits for milliseconds since 1970 and for every counter, so that numbers sort as text. */
const digits = 16;

/** A number as text that sorts like the number. */
export const sortable = (value: number): string => String(value).padStart(digits, "0");

/** A time as text that sorts like the time. Rounded up, so that nothing in an index falls due early. */
const instant = (ms: number): string => sortable(Math.ceil(ms));

/** Free text as one part of a key that goes on after it. */
const escaped = (text: string): string => text.replaceAll("%", "%25").replaceAll("/", "%2f");

/** The key after `key`: ids have no blank, so nothing lies between. */
export const after = (key: string): string => `${key} `;

/** The end of all keys that start with `prefix`: no key has a character above `~`. */
export const endOf = (prefix: string): string => `${prefix}\x7f`;

/** The row of the whole store that tells its schema and its clock. */
export const storeRowKey = "!store";

/** What an entry of the expiry index is about. */
export type ExpiryKind = "item" | "group" | "record" | "lease" | "limit";

/**
 * Where everything of one space lies. Names have no separator in them and ids come last, so that every key reads
 * back without doubt.
 */
export class Keys {
  readonly #space: string;

  constructor(space: string) {
    this.#space = `${space}/`;
  }

  counters(): string {
    return `${this.#space}counters`;
  }
  tally(queue: string): string {
    return `${this.#space}tally/${queue}`;
  }

  item(queue: string, id: string): string {
    return `${this.#space}item/${queue}/${id}`;
  }
  body(queue: string, id: string): string {
    return `${this.#space}body/${queue}/${id}`;
  }
  checkpoint(queue: string, id: string): string {
    return `${this.#space}checkpoint/${queue}/${id}`;
  }
  result(queue: string, id: string): string {
    return `${this.#space}result/${queue}/${id}`;
  }

  waitingOf(queue: string): string {
    return `${this.#space}waiting/${queue}/`;
  }
  waitingAt(queue: string, priority: number): string {
    return `${this.waitingOf(queue)}${String(priority).padStart(3, "0")}/`;
  }
  waiting(queue: string, priority: number, order: number): string {
    return `${this.waitingAt(queue, priority)}${sortable(order)}`;
  }
  /** The priority of a key of `waitingOf`. */
  priority(index: string, key: string): number {
    return Number(key.slice(index.length, index.length + 3));
  }
  delayedOf(queue: string): string {
    return `${this.#space}delayed/${queue}/`;
  }
  delayed(queue: string, dueMs: number, order: number): string {
    return `${this.delayedOf(queue)}${instant(dueMs)}/${sortable(order)}`;
  }
  claimedOf(queue: string): string {
    return `${this.#space}claimed/${queue}/`;
  }
  claimed(queue: string, deadlineMs: number, token: number): string {
    return `${this.claimedOf(queue)}${instant(deadlineMs)}/${sortable(token)}`;
  }
  /** The end of the entries of a time index (`…Of`) that are due. */
  dueBy(index: string, nowMs: number): string {
    return `${index}${sortable(Math.floor(nowMs) + 1)}`;
  }
  /** When the entry of a time index is due. */
  dueMs(index: string, key: string): number {
    return Number(key.slice(index.length, index.length + digits));
  }
  deadOf(queue: string): string {
    return `${this.#space}dead/${queue}/`;
  }
  dead(queue: string, diedAtMs: number, order: number): string {
    return `${this.deadOf(queue)}${instant(diedAtMs)}/${sortable(order)}`;
  }
  /** The item that an owner runs alone. */
  alone(owner: string): string {
    return `${this.#space}alone/${owner}`;
  }

  group(group: string): string {
    return `${this.#space}group/${group}`;
  }
  membersOf(group: string): string {
    return `${this.#space}member/${group}/`;
  }
  /** An item of a group that has not ended. */
  member(group: string, order: number): string {
    return `${this.membersOf(group)}${sortable(order)}`;
  }
  sweepsOfGroups(): string {
    return `${this.#space}sweep/`;
  }
  /** A group whose items are still being moved after `hold`, `resume` or `cancel`. */
  sweepOfGroup(group: string): string {
    return `${this.sweepsOfGroups()}${group}`;
  }

  record(key: string): string {
    return `${this.#space}record/${key}`;
  }
  lease(name: string): string {
    return `${this.#space}lease/${name}`;
  }
  limit(key: string): string {
    return `${this.#space}limit/${key}`;
  }
  grantsOf(limit: string): string {
    return `${this.#space}grant/${escaped(limit)}/`;
  }
  grant(limit: string, slot: string): string {
    return `${this.grantsOf(limit)}${slot}`;
  }

  expiries(): string {
    return `${this.#space}expiry/`;
  }
  expiry(atMs: number, kind: ExpiryKind, what: string): string {
    return `${this.expiries()}${instant(atMs)}/${kind}/${what}`;
  }
  /** What an entry of the expiry index is about. */
  readExpiry(key: string): { readonly kind: string; readonly what: string } {
    const rest = key.slice(this.expiries().length + digits + 1);
    const cut = rest.indexOf("/");
    return { kind: rest.slice(0, cut), what: rest.slice(cut + 1) };
  }
}

/** The key of a claim's slot id: when it falls due, and a number of its own. */
export const slotId = (expiresAtMs: number, token: number): string => `${instant(expiresAtMs)}-${sortable(token)}`;
export const slotIdShape = /^\d{16}-\d{16}$/;
