/**
 * What a rule's value says of a field's value, read straight from Sigma's specification and done in the plainest way: each modifier makes
 * a list of texts or one function, wildcards are matched character by character, nothing is prepared or kept. It shares no code with the
 * engine, so that a mistake has to be made twice to go unseen.
 */

type Matches = (value: unknown) => boolean;

const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;

/** A character of a pattern: one to be found, or a wildcard. */
type Unit = { readonly is: string } | "star" | "question";

const units = (pattern: string): Unit[] => {
  const out: Unit[] = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? "";
    const next = characters[at + 1];
    if (character === "\\" && (next === "*" || next === "?" || next === "\\")) {
      out.push({ is: next });
      at += 1;
    } else if (character === "*") out.push("star");
    else if (character === "?") out.push("question");
    else out.push({ is: character });
  }
  return out;
};

/** The text that a pattern without wildcards is. */
const plain = (pattern: string): string =>
  units(pattern)
    .map((unit) => {
      if (typeof unit === "string") throw new Error(`${pattern} has a wildcard and cannot be encoded`);
      return unit.is;
    })
    .join("");

/** By trying: a star is nothing, or one character and a star. */
const likeUnits = (pattern: readonly Unit[], value: string, cased: boolean): boolean => {
  const spelled = (each: string): string =>
    cased ? each : each.toLowerCase().replaceAll("ſ", "s").replaceAll("ς", "σ");
  const wanted = pattern.map((unit) => (typeof unit === "string" ? unit : { is: spelled(unit.is) }));
  const characters = Array.from(spelled(value));
  const from = (unitAt: number, at: number): boolean => {
    const unit = wanted[unitAt];
    if (unit === undefined) return at === characters.length;
    if (unit === "star") {
      if (unitAt === wanted.length - 1) return true;
      for (let next = at; next <= characters.length; next += 1) if (from(unitAt + 1, next)) return true;
      return false;
    }
    const character = characters[at];
    if (character === undefined || (unit !== "question" && unit.is !== character)) return false;
    return from(unitAt + 1, at + 1);
  };
  return from(0, 0);
};

/** Each `-` or `/` that begins a word, as every dash that there is. */
const windashed = (pattern: string): string[] => {
  const found = /(?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/gu;
  const places = [...pattern.matchAll(found)].map(({ index }) => index);
  let spelled = [pattern];
  for (const place of places) {
    spelled = spelled.flatMap((each) =>
      ["-", "/", "\u2013", "\u2014", "\u2015"].map((dash) => each.slice(0, place) + dash + each.slice(place + 1)),
    );
  }
  return spelled;
};

/** What of a text in base64 does not depend on what stands around it, for each place in a group of three bytes. */
const offsets = (bytes: Buffer): string[] =>
  [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before, " "), bytes]).toString("base64");
    const start = [0, 2, 3][before] ?? 0;
    const end = [0, 3, 2][(before + bytes.length) % 3] ?? 0;
    return whole.slice(start, whole.length - end);
  });

const numeric = (value: unknown): number | undefined => {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  return /^[+-]?[0-9]+(\.[0-9]+)?$/.test(value) || /^0[xX][0-9a-fA-F]{1,13}$/.test(value) ? Number(value) : undefined;
};

/** A value of a rule without `fieldref`, `exists` and null, which are about fields. */
export const valueMatches = (source: unknown, modifiers: readonly string[]): Matches => {
  if (modifiers.includes("re")) {
    const flags = modifiers.filter((name) => name === "i" || name === "m" || name === "s").join("");
    // RE2 reads flags inside of the expression, where JavaScript has none.
    const [, inside = "", expression = ""] = /^(?:\(\?([ims]+)\))?([^]*)$/.exec(String(source)) ?? [];
    const regex = new RegExp(expression, [...new Set(`${flags}${inside}u`)].join(""));
    return (value) => regex.test(text(value) ?? "") && text(value) !== undefined;
  }
  for (const name of modifiers) {
    if (name === "lt") return (value) => (numeric(value) ?? Infinity) < (source as number);
    if (name === "lte") return (value) => (numeric(value) ?? Infinity) <= (source as number);
    if (name === "gt") return (value) => (numeric(value) ?? -Infinity) > (source as number);
    if (name === "gte") return (value) => (numeric(value) ?? -Infinity) >= (source as number);
  }
  if (typeof source === "number") return (value) => numeric(value) === source;
  if (typeof source === "boolean") return (value) => text(value)?.toLowerCase() === String(source);
  if (typeof source !== "string")
    throw new Error(`the literal evaluator knows no value like ${JSON.stringify(source)}`);
  return textMatches(source, modifiers);
};

const textMatches = (source: string, modifiers: readonly string[]): Matches => {
  let patterns = [source];
  let before: Unit[] = [];
  let behind: Unit[] = [];
  let encoding: "utf8" | "utf16le" = "utf8";
  for (const name of modifiers) {
    if (name === "windash") patterns = patterns.flatMap(windashed);
    else if (name === "wide" || name === "utf16le") encoding = "utf16le";
    else if (name === "base64")
      patterns = patterns.map((each) => Buffer.from(plain(each), encoding).toString("base64"));
    else if (name === "base64offset")
      patterns = patterns.flatMap((each) => offsets(Buffer.from(plain(each), encoding)));
    else if (name === "contains") [before, behind] = [["star"], ["star"]];
    else if (name === "startswith") behind = ["star"];
    else if (name === "endswith") before = ["star"];
    else if (name !== "cased" && name !== "all" && name !== "neq") {
      throw new Error(`the literal evaluator does not know the modifier ${name}`);
    }
  }
  return (value) => {
    const read = text(value);
    if (read === undefined) return false;
    return patterns.some((each) =>
      likeUnits([...before, ...units(each), ...behind], read, modifiers.includes("cased")),
    );
  };
};
