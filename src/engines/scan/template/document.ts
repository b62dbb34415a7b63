import { Composer, CST, isMap, Lexer, LineCounter, Parser } from "yaml";
import { Section, type SectionSource } from "./section.ts";

const maxDepth = 64;
const maxReferences = 100;
const maxErrors = 20;
/** Of the patterns of one file, some seconds of compiling. */
const maxInstructions = 500_000;

/**
 * Parses YAML into its root mapping, with positions. A syntax error, a second document, a root of another shape,
 * nesting beyond 64 levels or more than 100 anchors and aliases is pushed to `problems` as `invalid`.
 */
export const parseYaml = (
  text: string,
  { file, problems }: Pick<SectionSource, "file" | "problems">,
): Section | undefined => {
  const lines = new LineCounter();
  const invalid = (line: number, message: string): undefined => {
    problems.push({ kind: "invalid", file, line, key: "", message });
    return undefined;
  };
  const tokens = tokensOf(text, lines);
  if (typeof tokens === "string") return invalid(1, `YAML ${tokens}`);
  // Sections find repeated keys themselves: the composer's own search takes time by the square of their number.
  const [document, second] = new Composer({ uniqueKeys: false, prettyErrors: false }).compose(
    tokens,
    true,
    text.length,
  );
  if (document === undefined) return invalid(1, "is empty");
  for (const error of document.errors.slice(0, maxErrors)) {
    invalid(lines.linePos(error.pos[0]).line, `YAML: ${error.message}`);
  }
  if (document.errors.length > 0) return undefined;
  if (second !== undefined) return invalid(lines.linePos(second.range[0]).line, "YAML: a second document begins");
  if (!isMap(document.contents)) return invalid(1, "a template is a YAML mapping with id, info and http");
  return new Section(document.contents, "", {
    file,
    document,
    lines,
    problems,
    room: { instructions: maxInstructions },
  });
};

/**
 * The parser's tokens, or what is too much. The parser keeps its own stack, but what composes the tokens recurses, and
 * running out of stack there can end the process.
 */
const tokensOf = (text: string, lines: LineCounter): readonly CST.Token[] | string => {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let references = 0;
  let before = "";
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maxDepth) return `is nested deeper than ${maxDepth} levels`;
    // The text of a scalar is announced by a lexeme of its own; what it begins with means nothing.
    if (before !== CST.SCALAR && /^[&*]/.test(lexeme)) references += 1;
    before = lexeme;
    if (references > maxReferences) return `has more than ${maxReferences} anchors and aliases`;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
};
