import { VariableError } from "../errors.ts";
import { cacaoBounds } from "../model/playbook.ts";
import type { Template, VariableReference } from "../model/text.ts";
import { filledValue } from "./filled-value.ts";
import type { Filling } from "./filling.ts";
import { LineText, lineRules } from "./line-text.ts";
import type { Scope } from "./scope.ts";
import { ShellText } from "./shell-text.ts";

/**
 * What a text is for, which decides how tainted values get into it; others stand there as they are.
 *
 * `shell`: a POSIX shell reads it. Outside quotes a value is quoted, unless it is of `[A-Za-z0-9_@%+:,./-]`; inside quotes, and where it is
 * not sure what the shell makes of it (behind `$(`, `` ` ``, `<<`, `((`, `[[`, `eval`), only such values are put in. A value stays an option
 * when it begins with `-`: write `--` before. What a program makes of its arguments, such as `sh -c` and `test -v`, nobody knows here. `request-target`: percent-encoded, so that a value is one piece of a path or of a query. `header`: of HTTP.
 * `plain`: for people.
 */
export type FilledFor = "shell" | "request-target" | "header" | "plain";

/**
 * A text with the values of its variables, at most `cacaoBounds.chars`.
 *
 * @throws VariableError `undeclared`, `unset`, `unsafe`, `too-large`
 */
export const fill = (template: Template, scope: Scope, how: FilledFor): string => {
  const text: Filling = how === "shell" ? new ShellText() : new LineText(lineRules[how]);
  for (const [at, part] of template.entries()) {
    if (typeof part === "string") {
      refuse("the text itself", text.append(part));
      continue;
    }
    const { value, rest } = filledValue(part, scope);
    const next = rest === "" ? beginningOf(template[at + 1]) : rest;
    refuse(part.variable, value.tainted ? text.appendTainted(value.text, next) : text.append(value.text));
    refuse(part.variable, text.append(rest));
    if (text.text.length > cacaoBounds.chars) {
      throw new VariableError("too-large", part.variable, `makes a text longer than ${cacaoBounds.chars} characters`);
    }
  }
  return text.text;
};

const refuse = (variable: string, problem: string | undefined): void => {
  if (problem !== undefined) throw new VariableError("unsafe", variable, problem);
};

/** What comes after a reference. Of another reference it is not known, so it is what needs the most care. */
const beginningOf = (part: string | VariableReference | undefined): string =>
  typeof part === "object" ? "<" : (part ?? "");
