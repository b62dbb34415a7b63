import { OverBudgetError } from "../../operators/budget.ts";
import type { Part } from "../../operators/part.ts";
import { bytesOf, textOf } from "../../value/value.ts";
import { ValueList } from "../values.ts";
import { addedFunction, unknownFunctions } from "./functions.ts";
import { readHtml } from "./html.ts";
import { xpathLibrary } from "./library.ts";
import { tooLarge, type TreeNode } from "./tree.ts";
import { readXml } from "./xml.ts";

const maxExpressionChars = 4_096;
/** Bytes of a document that an expression is run on. */
const maxDocumentBytes = 8_388_608;
const xmlStart = "<?xml";

/** An XPath expression that compiles. */
export interface XPath {
  readonly source: string;
}

/** Compiles an expression; or says, in words for a person, why it is none. */
export const compileXPath = (source: string): XPath | string => {
  if (source.length > maxExpressionChars) return `expression is longer than ${maxExpressionChars} characters`;
  try {
    xpathLibrary().parse(source);
  } catch {
    return `"${source}" is no XPath expression`;
  }
  const [unknown] = unknownFunctions(source);
  return unknown === undefined ? { source } : `there is no XPath function "${unknown}"`;
};

/**
 * The texts of the nodes that the expression selects, or one attribute of each; an empty value for a node that has
 * none. An expression that gives no nodes, and XML that is not well-formed, give nothing.
 *
 * @throws OverBudgetError for a document beyond the bounds
 */
export const selectNodes = (expression: XPath, part: Part, attribute: string | undefined): readonly string[] => {
  const values = new ValueList();
  for (const node of nodesOf(expression, part)) {
    if (values.full) break;
    values.add(bytesOf(attribute === undefined ? node.text() : node.attribute(attribute)));
  }
  return values.list();
};

/** Reading takes longer than most expressions on what was read. */
const documents = new WeakMap<Part, TreeNode>();

const documentOf = (part: Part): TreeNode | undefined => {
  const known = documents.get(part);
  if (known !== undefined) return known;
  const text = textOf(part.bytes);
  const document = text.startsWith(xmlStart) ? readXml(text) : readHtml(text);
  if (document !== undefined) documents.set(part, document);
  return document;
};

const nodesOf = ({ source }: XPath, part: Part): readonly TreeNode[] => {
  if (part.size > maxDocumentBytes) throw tooLarge(`${maxDocumentBytes} bytes`);
  try {
    const node = documentOf(part);
    if (node === undefined) return [];
    const selected = xpathLibrary()
      .parse(source)
      .evaluate({
        node,
        namespaces: (prefix) => prefix,
        functions: addedFunction,
      });
    return selected.toArray?.() ?? [];
  } catch (thrown) {
    if (thrown instanceof OverBudgetError || thrown instanceof TypeError) throw thrown;
    // The stack of a library ended, on a document that is nested within the bounds.
    if (thrown instanceof RangeError) throw tooLarge("what the stack holds");
    // The expression does with its values what XPath does not allow.
    return [];
  }
};
