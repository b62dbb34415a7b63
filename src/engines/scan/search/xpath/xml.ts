import { createRequire } from "node:module";
import type * as Xmldom from "@xmldom/xmldom";
import type { Document, Element, Node } from "@xmldom/xmldom";
import { TreeNode } from "./tree.ts";

let loaded: typeof Xmldom | undefined;

/** Loaded when the first XML is read: few templates look at any, and each start of a node would pay for it. */
const xmldom = (): typeof Xmldom => (loaded ??= createRequire(import.meta.url)("@xmldom/xmldom") as typeof Xmldom);

/** Reads XML; undefined when it is not well-formed. Entities of its own are not expanded, files never read. */
export const readXml = (text: string): TreeNode | undefined => {
  const { DOMParser, onErrorStopParsing, ParseError } = xmldom();
  let parsed: Document;
  try {
    parsed = new DOMParser({ locator: false, onError: onErrorStopParsing }).parseFromString(text, "text/xml");
  } catch (thrown) {
    if (thrown instanceof ParseError) return undefined;
    throw thrown;
  }
  const document = TreeNode.document();
  addAll(parsed, document);
  return document;
};

const addAll = (node: Node, parent: TreeNode): void => {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (isElement(child)) {
      const element = parent.append("element", child.nodeName);
      for (const attribute of child.attributes) element.setAttribute(attribute.name, attribute.value);
      addAll(child, element);
    } else if (child.nodeType === child.TEXT_NODE || child.nodeType === child.CDATA_SECTION_NODE) {
      parent.append("text", "#text", child.nodeValue ?? "");
    } else if (child.nodeType === child.COMMENT_NODE) {
      parent.append("comment", "#comment", child.nodeValue ?? "");
    } else if (child.nodeType === child.PROCESSING_INSTRUCTION_NODE) {
      parent.append("instruction", child.nodeName, child.nodeValue ?? "");
    }
  }
};

const isElement = (node: Node): node is Element => node.nodeType === node.ELEMENT_NODE;
