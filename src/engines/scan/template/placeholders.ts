import { ScanError } from "../errors.ts";

/** Names that stand for parts of the target in paths, headers, bodies and words. */
const targetVariables = ["BaseURL", "RootURL", "Hostname", "Host", "Port", "Path", "Scheme"] as const;

export type TargetVariable = (typeof targetVariables)[number];

export type TargetValues = Readonly<Record<TargetVariable, string>>;

/** What placeholders stand for: the target's values, and those of the variables that a person gave. */
export type PlaceholderValues = TargetValues & Readonly<Record<string, string>>;

/** Text with placeholders, compiled once. */
export interface TextPattern {
  readonly source: string;
  readonly pieces: readonly (string | { readonly variable: string })[];
}

const marker = /\{\{(.*?)\}\}|§([^§\n]+)§/gs;

const isTargetVariable = (name: string): boolean => (targetVariables as readonly string[]).includes(name);

const variableForm = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/;

/** Why a person may not give a variable of this name, or undefined. */
export const variableNameProblem = (name: string): string | undefined => {
  if (!variableForm.test(name)) return "must be a letter or _, then letters, digits, _, - or ., at most 100 in all";
  return isTargetVariable(name) ? "is the target's and cannot be given another value" : undefined;
};

/**
 * Compiles the `{{Name}}` and `§Name§` of a text. Gives the list of those it does not know instead, in order: the
 * caller refuses them, because sending `{{x}}` literally would test something else than the author meant.
 *
 * @param variables names that are known beside the target's; their values come with each run
 */
export const compileText = (
  source: string,
  variables: ReadonlySet<string>,
): TextPattern | { readonly unknown: readonly string[] } => {
  const pieces: TextPattern["pieces"][number][] = [];
  const unknown: string[] = [];
  let from = 0;
  for (const found of source.matchAll(marker)) {
    const name = (found[1] ?? found[2] ?? "").trim();
    if (found.index > from) pieces.push(source.slice(from, found.index));
    if (isTargetVariable(name) || variables.has(name)) pieces.push({ variable: name });
    else unknown.push(found[0]);
    from = found.index + found[0].length;
  }
  if (from < source.length) pieces.push(source.slice(from));
  return unknown.length > 0 ? { unknown } : { source, pieces };
};

/**
 * The text with the values in place. What a value contains is never evaluated again.
 *
 * @throws ScanError `invalid-option` for a variable without a value
 */
export const renderText = (pattern: TextPattern, values: PlaceholderValues): string => {
  const [only, ...rest] = pattern.pieces;
  if (only === undefined) return "";
  if (rest.length === 0 && typeof only === "string") return only;
  return pattern.pieces.map((piece) => (typeof piece === "string" ? piece : valueOf(piece.variable, values))).join("");
};

const valueOf = (variable: string, values: PlaceholderValues): string => {
  const value = Object.hasOwn(values, variable) ? values[variable] : undefined;
  if (value !== undefined) return value;
  throw new ScanError("invalid-option", `variable "${variable}" is used by a template and has no value in this run`, {
    ids: { variable },
  });
};
