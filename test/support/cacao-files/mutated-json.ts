import type { Random } from "../../../src/base/random.ts";

type Holder = Record<string, unknown> | unknown[];

interface Place {
  readonly holder: Holder;
  readonly key: string | number;
}

/** What readers of JSON, identifiers, times, numbers, texts with variables and conditions stumble over. */
const values: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  1e300,
  101,
  "",
  " ",
  "a",
  "é\u{1f600}\u202e",
  "\r\nX: y",
  "\0",
  "a".repeat(5_000),
  "a".repeat(70_000),
  "2026-02-30T00:00:00Z",
  "2026-12-31T23:59:60Z",
  "2026-01-01T00:00:00+01:00",
  "action--00000000-0000-4000-8000-000000000099",
  "no-id",
  "__x__:value",
  "__event__:value.a[0].'b c'",
  "__event__:value.".repeat(50),
  "__x__:value[",
  "__proto__",
  "constructor",
  "toString",
  "__count__:value = 1 AND (",
  "NOT __count__:value = 1",
  "(".repeat(2_000),
  "__count__:value MATCHES '(a+)+$'",
  "__count__:value IN (1, 2, 'x')",
  "GET get HTTP1.1",
  "POST  /a b HTTP/1.1",
  "http://h.example/",
  "powershell",
  "openc2",
  "start",
  "end",
  "if-condition",
  "ssh",
  "oauth2",
  "marking-tlp",
  [],
  {},
  [[]],
  [null],
  ["a", "a"],
  { a: 1 },
  { type: "end" },
  { __proto__: null, constructor: {}, toString: "a" },
  { a: { b: { c: { d: [] } } } },
];

/** Texts that a key may become. JSON.parse makes `__proto__` a key like others. */
const names = ["a", "", "__proto__", "constructor", "toString", "type", "id", "default", "__new__", "on_failure"];

/** A copy of some JSON with 1 to 3 changes of any kind, somewhere. Equal randomness, equal changes. */
export const mutatedJson = (source: unknown, random: Random): unknown => {
  const root = { source: structuredClone(source) };
  for (let changes = 1 + random.below(3); changes > 0; changes -= 1) change(root, random);
  return root.source;
};

const pick = <Item>(items: readonly Item[], random: Random): Item => {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
};

const change = (root: Record<string, unknown>, random: Random): void => {
  const place = pick(placesOf(root), random);
  const value = get(place);
  switch (random.below(7)) {
    case 0:
      // The whole always stays something.
      return place.holder === root ? set(place, null) : remove(place);
    case 1:
      return set(place, structuredClone(values[random.below(values.length)]));
    case 2:
      // A value of somewhere else often has the right form.
      return set(place, structuredClone(get(pick(placesOf(root), random))));
    case 3:
      return place.holder === root ? set(place, []) : rename(place, pick(names, random));
    case 4:
      return typeof value === "string"
        ? set(place, spliced(value, random))
        : set(place, [value, structuredClone(value)]);
    case 5:
      return Array.isArray(value)
        ? set(place, [...(value as unknown[]), structuredClone(get(pick(placesOf(root), random)))])
        : set(place, {
            ...(isHolder(value) && !Array.isArray(value) ? value : {}),
            [pick(names, random)]: structuredClone(pick(values, random)),
          });
    default:
      return typeof value === "number" ? set(place, value * -1) : set(place, JSON.stringify(value).toUpperCase());
  }
};

const spliced = (text: string, random: Random): string => {
  const at = random.below(text.length + 1);
  const put = values[random.below(values.length)];
  return text.slice(0, at) + (typeof put === "string" ? put : "") + text.slice(at + random.below(4));
};

const isHolder = (value: unknown): value is Holder => typeof value === "object" && value !== null;

const placesOf = (holder: Holder): readonly Place[] => {
  const places: Place[] = [];
  const open: Holder[] = [holder];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    const keys = Array.isArray(each) ? each.keys() : Object.keys(each);
    for (const key of keys) {
      places.push({ holder: each, key });
      const inner = get({ holder: each, key });
      if (isHolder(inner)) open.push(inner);
    }
  }
  return places;
};

const get = ({ holder, key }: Place): unknown => (holder as Record<string | number, unknown>)[key];

const set = ({ holder, key }: Place, value: unknown): void => {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
};

const remove = ({ holder, key }: Place): void => {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
};

const rename = (place: Place, name: string): void => {
  const value = get(place);
  if (Array.isArray(place.holder)) return set(place, { [name]: value });
  remove(place);
  set({ holder: place.holder, key: name }, value);
};
