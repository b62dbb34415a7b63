/** Names that stand for parts of the target in paths, headers, bodies and words. */
const targetVariables = ["BaseURL", "RootURL", "Hostname", "Host", "Port", "Path", "Scheme"] as const;

export type TargetVariable = (typeof targetVariables)[number];

export type TargetValues = Readonly<Record<TargetVariable, string>>;

/** Text with placeholders, compiled once. */
export interface TextPattern {
  readonly source: string;
  readonly pieces: readonly (string | { readonly variable: TargetVariable })[];
}

const marker = /\{\{(.*?)\}\}|§([^§\n]+)§/gs;

const isTargetVariable = (name: string): name is TargetVariable =>
  (targetVariables as readonly string[]).includes(name);

/**
 * Compiles the `{{Name}}` and `§Name§` of a text. Gives the list of those it does not know instead, in order: the
 * caller refuses them, because sending `{{x}}` literally would test something else than the author meant.
 */
export const compileText = (source: string): TextPattern | { readonly unknown: readonly string[] } => {
  const pieces: TextPattern["pieces"][number][] = [];
  const unknown: string[] = [];
  let from = 0;
  for (const found of source.matchAll(marker)) {
    const name = (found[1] ?? found[2] ?? "").trim();
    if (found.index > from) pieces.push(source.slice(from, found.index));
    if (isTargetVariable(name)) pieces.push({ variable: name });
    else unknown.push(found[0]);
    from = found.index + found[0].length;
  }
  if (from < source.length) pieces.push(source.slice(from));
  return unknown.length > 0 ? { unknown } : { source, pieces };
};

/** The text with the target's values in place. What a value contains is never evaluated again. */
export const renderText = (pattern: TextPattern, values: TargetValues): string => {
  const [only, ...rest] = pattern.pieces;
  if (only === undefined) return "";
  if (rest.length === 0 && typeof only === "string") return only;
  return pattern.pieces.map((piece) => (typeof piece === "string" ? piece : values[piece.variable])).join("");
};
