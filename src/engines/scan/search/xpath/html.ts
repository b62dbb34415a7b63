import { defaultTreeAdapter, type DefaultTreeAdapterTypes, parse } from "parse5";
import { maxDepth, tooLarge, TreeNode } from "./tree.ts";

type HtmlNode = DefaultTreeAdapterTypes.ChildNode;

/** Reads a page as browsers do. Names are in lower case; what a template element holds are its children. */
export const readHtml = (text: string): TreeNode => {
  let depth = 0;
  const page = parse(text, {
    treeAdapter: {
      ...defaultTreeAdapter,
      // The parser looks through the open elements at many tags: a page of nothing else would keep it for minutes.
      onItemPush: () => {
        depth += 1;
        if (depth > maxDepth) throw tooLarge(`${maxDepth} elements in each other`);
      },
      onItemPop: () => {
        depth -= 1;
      },
    },
  });
  const document = TreeNode.document();
  addAll(page.childNodes, document);
  return document;
};

/** The depth is bounded by the parser's. */
const addAll = (nodes: readonly HtmlNode[], parent: TreeNode): void => {
  for (const node of nodes) {
    if ("tagName" in node) {
      const element = parent.append("element", node.tagName);
      for (const { name, value } of node.attrs) element.setAttribute(name, value);
      addAll("content" in node ? node.content.childNodes : node.childNodes, element);
    } else if (node.nodeName === "#text" && "value" in node) {
      parent.append("text", "#text", node.value);
    } else if (node.nodeName === "#comment" && "data" in node) {
      parent.append("comment", "#comment", node.data);
    }
  }
};
