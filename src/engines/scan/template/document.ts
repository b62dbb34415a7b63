import { isMap, LineCounter, parseDocument, visit } from "yaml";
import type { Problem } from "./problem.ts";
import { Section } from "./section.ts";

const maxDepth = 64;

/**
 * Parses YAML into its root mapping, with positions. A syntax error, a duplicate key, a root of another shape or
 * nesting beyond 64 levels is pushed to `problems` as `invalid`.
 */
export const parseYaml = (text: string, file: string, problems: Problem[]): Section | undefined => {
  const lines = new LineCounter();
  const invalid = (line: number, message: string): undefined => {
    problems.push({ kind: "invalid", file, line, key: "", message });
    return undefined;
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
    for (const error of document.errors) invalid(lines.linePos(error.pos[0]).line, `YAML: ${error.message}`);
    if (document.errors.length > 0) return undefined;
    let depth = 0;
    visit(document, {
      Collection: (_key, _node, path) => {
        depth = Math.max(depth, path.length);
      },
    });
    // A path counts the pair and the collection of each level.
    if (depth > 2 * maxDepth) return invalid(1, `nested deeper than ${maxDepth} levels`);
    if (!isMap(document.contents)) return invalid(1, "a template is a YAML mapping with id, info and http");
    return new Section(document.contents, "", { file, document, lines, problems });
  } catch (thrown) {
    // The parser and the walk recurse: hostile nesting ends in a RangeError.
    return invalid(1, `YAML: ${thrown instanceof RangeError ? "nested too deeply" : String(thrown)}`);
  }
};
