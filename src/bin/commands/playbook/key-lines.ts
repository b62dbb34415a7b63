import { isNode, LineCounter, parseDocument } from "yaml";

/** `workflow.action--….commands[0].type` as keys and places in lists. */
const segmentsOf = (key: string): readonly (string | number)[] =>
  (key.match(/[^.[\]]+/g) ?? []).map((part) => (/^\d+$/.test(part) ? Number(part) : part));

/**
 * Finds on which line of a JSON text keys stand, from 1. Of a key that is not there it is the line of what it should stand in.
 * JSON is YAML, whose reader knows where everything was.
 */
export const keyLines = (text: string): ((key: string) => number) => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return (key) => {
    const path = segmentsOf(key);
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
};
