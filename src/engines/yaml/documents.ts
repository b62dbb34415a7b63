import { Composer, CST, type Document, isScalar, Lexer, LineCounter, Parser } from "yaml";
import { Refused, type YamlProblem } from "./refused.ts";
import type { YamlBounds } from "./bounds.ts";
import { Values } from "./values.ts";

export interface YamlDocument {
  /** Of its beginning, counted from 1. */
  readonly line: number;
  /** As JSON, but for numbers that JSON does not have. Every key, `__proto__` too, is a property of the object itself. */
  readonly value: unknown;
}

/**
 * The documents of a YAML text, one at a time, so that whoever asks for the next may give others a turn before. A document with a
 * problem is given as that problem; a text beyond its bounds ends with one. Empty documents are left out. Never throws, whatever
 * the text.
 */
export function* yamlDocuments(text: string, bounds: YamlBounds): Generator<YamlDocument | YamlProblem, void, void> {
  if (text.length > bounds.chars) {
    yield { line: 1, problem: `is longer than ${bounds.chars} characters` };
    return;
  }
  const lines = new LineCounter();
  lines.addNewLine(0);
  let found = 0;
  try {
    // What repeats a key is found below: the composer's own search takes time by the square of the keys.
    const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
    for (const document of composer.compose(boundedTokens(text, lines, bounds), false, text.length)) {
      const given = documentOf(document, lines, bounds);
      if (given === undefined) continue;
      found += 1;
      if (found > bounds.documents) {
        yield { line: given.line, problem: `has more than ${bounds.documents} documents` };
        return;
      }
      yield given;
    }
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    yield thrown.found;
  }
}

/**
 * The parser's tokens. The parser keeps its own stack, but what composes the tokens recurses, and running out of stack there can
 * end the process.
 */
function* boundedTokens(text: string, lines: LineCounter, bounds: YamlBounds): Generator<CST.Token, void, void> {
  const parser = new Parser(lines.addNewLine);
  let references = 0;
  let before = "";
  const here = (): number => lines.lineStarts.length;
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > bounds.depth) throw new Refused(here(), `is nested deeper than ${bounds.depth} levels`);
    // The text of a scalar is announced by a lexeme of its own; what it begins with means nothing.
    if (before !== CST.SCALAR && /^[&*]/.test(lexeme)) references += 1;
    before = lexeme;
    if (references > bounds.references) {
      throw new Refused(here(), `has more than ${bounds.references} anchors and aliases`);
    }
  }
  yield* parser.end();
}

const documentOf = (
  document: Document.Parsed,
  lines: LineCounter,
  bounds: YamlBounds,
): YamlDocument | YamlProblem | undefined => {
  const [error] = document.errors;
  if (error !== undefined) return { line: lines.linePos(error.pos[0]).line, problem: error.message };
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return undefined;
  const line = lines.linePos(contents.range[0]).line;
  try {
    return { line, value: new Values(lines, bounds).of(document) };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    return thrown.found;
  }
};
