import { CacaoSyntaxError } from "../errors.ts";
import { cacaoBounds } from "../model/playbook.ts";
import type { Template } from "../model/text.ts";
import { readReference } from "./read-reference.ts";

/**
 * Finds the references in a text: `__name__:value` with the path that follows directly. All else is literal: `__name__` without `:value`
 * and `[*]` too. A text without references is a template of one literal, an empty one of none.
 *
 * @throws CacaoSyntaxError a text over `cacaoBounds.chars`, or a path over its bounds
 */
export const parseTemplate = (text: string): Template => {
  if (text.length > cacaoBounds.chars) {
    throw new CacaoSyntaxError(`a text has at most ${cacaoBounds.chars} characters`, cacaoBounds.chars);
  }
  const parts: Template[number][] = [];
  let literal = 0;
  for (let at = text.indexOf("__"); at !== -1;) {
    const found = readReference(text, at, false);
    if (found === undefined) {
      at = text.indexOf("__", at + 1);
      continue;
    }
    if (at > literal) parts.push(text.slice(literal, at));
    parts.push(found.reference);
    literal = found.end;
    at = text.indexOf("__", found.end);
  }
  if (literal < text.length) parts.push(text.slice(literal));
  return parts;
};
