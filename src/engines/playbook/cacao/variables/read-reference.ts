import { CacaoSyntaxError } from "../errors.ts";
import type { PathStep, VariableReference } from "../model/text.ts";

const name = /__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__/y;
const keyword = ":value";
const key = /\.([A-Za-z_]\w*)/y;
const quotedKey = /\.'((?:[^'\\]|\\['\\])*)'|\['((?:[^'\\]|\\['\\])*)'\]/y;
const place = /\[(0|[1-9]\d{0,8})\]/y;
const anyElement = /\[\*\]/y;

/** Steps of a path, and characters of it. */
const mostSteps = 32;
const mostChars = 2_048;

/** A reference that was found, and where what follows it begins. */
export interface FoundReference {
  readonly reference: VariableReference;
  readonly end: number;
}

/**
 * Reads the reference that begins at a place of a text, with the longest path that follows.
 *
 * @param element whether `[*]` may be in the path; where not, the path ends before it
 * @returns undefined when there is no `__name__:value`
 * @throws CacaoSyntaxError a path of more than 32 steps or 2,048 characters
 */
export const readReference = (text: string, at: number, element: boolean): FoundReference | undefined => {
  const variable = readName(text, at);
  if (variable === undefined || !text.startsWith(keyword, at + variable.length)) return undefined;
  const path: PathStep[] = [];
  let end = at + variable.length + keyword.length;
  for (let step = readStep(text, end, element); step !== undefined; step = readStep(text, end, element)) {
    path.push(step.step);
    end = step.end;
    if (path.length > mostSteps || end - at > mostChars) {
      throw new CacaoSyntaxError(`${variable} has a path of over ${mostSteps} steps or ${mostChars} characters`, at);
    }
  }
  return { reference: { variable, path, text: text.slice(at, end) }, end };
};

/** The name of a variable, with its underscores, that begins at a place of a text. */
export const readName = (text: string, at: number): string | undefined => matchAt(name, text, at)?.[0];

const readStep = (
  text: string,
  at: number,
  element: boolean,
): { readonly step: PathStep; readonly end: number } | undefined => {
  const plain = matchAt(key, text, at);
  if (plain?.[1] !== undefined) return { step: plain[1], end: key.lastIndex };
  const quoted = matchAt(quotedKey, text, at);
  if (quoted !== undefined) return { step: unescaped(quoted[1] ?? quoted[2] ?? ""), end: quotedKey.lastIndex };
  const index = matchAt(place, text, at);
  if (index?.[1] !== undefined) return { step: Number(index[1]), end: place.lastIndex };
  if (element && matchAt(anyElement, text, at) !== undefined) {
    return { step: { any: "element" }, end: anyElement.lastIndex };
  }
  return undefined;
};

const unescaped = (text: string): string => text.replaceAll(/\\(['\\])/g, "$1");

const matchAt = (form: RegExp, text: string, at: number): RegExpExecArray | undefined => {
  form.lastIndex = at;
  return form.exec(text) ?? undefined;
};
