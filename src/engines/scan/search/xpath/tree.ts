import { OverBudgetError } from "../../operators/budget.ts";

/** Nodes of a document, attributes included. */
const maxNodes = 200_000;
/** The library goes down a document by recursion. */
export const maxDepth = 1_000;

const nodeTypes = { element: 1, attribute: 2, text: 3, instruction: 7, comment: 8, document: 9 } as const;

export type NodeKind = keyof typeof nodeTypes;

/** A document is larger than what expressions are run on. */
export const tooLarge = (what: string): OverBudgetError =>
  new OverBudgetError(`an xpath looks at a document with more than ${what}`);

/** Attributes of an element as the library walks through them. */
class Attributes {
  readonly #list: TreeNode[] = [];

  get length(): number {
    return this.#list.length;
  }

  item(at: number): TreeNode | undefined {
    return this.#list[at];
  }

  add(attribute: TreeNode): void {
    this.#list.push(attribute);
  }

  list(): readonly TreeNode[] {
    return this.#list;
  }
}

/**
 * A node as the xpath library walks it; the names of its members are those of the DOM. A name's prefix counts as its
 * namespace: expressions name prefixes as the document writes them.
 */
export class TreeNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly localName: string;
  readonly prefix: string;
  readonly namespaceURI: string;
  /** Text of an attribute, text or comment. */
  readonly nodeValue: string;
  readonly ownerDocument: TreeNode | undefined;
  /** Of an attribute. */
  readonly ownerElement: TreeNode | undefined;
  readonly attributes: Attributes | undefined;
  parentNode: TreeNode | null = null;
  firstChild: TreeNode | null = null;
  nextSibling: TreeNode | null = null;
  previousSibling: TreeNode | null = null;
  #lastChild: TreeNode | null = null;
  readonly #order: number;
  readonly #depth: number;
  readonly #counter: { nodes: number };

  private constructor(kind: NodeKind, name: string, value: string, parent: TreeNode | undefined) {
    const colon = name.indexOf(":");
    this.nodeType = nodeTypes[kind];
    this.nodeName = name;
    this.prefix = colon > 0 ? name.slice(0, colon) : "";
    this.localName = colon > 0 ? name.slice(colon + 1) : name;
    this.namespaceURI = this.prefix;
    this.nodeValue = value;
    this.ownerDocument = parent?.ownerDocument ?? parent;
    this.ownerElement = kind === "attribute" ? parent : undefined;
    this.attributes = kind === "element" ? new Attributes() : undefined;
    this.#counter = parent === undefined ? { nodes: 0 } : parent.#counter;
    this.#order = this.#counter.nodes;
    this.#counter.nodes += 1;
    this.#depth = parent === undefined ? 0 : parent.#depth + 1;
    if (this.#order >= maxNodes) throw tooLarge(`${maxNodes} nodes`);
    if (this.#depth > maxDepth) throw tooLarge(`${maxDepth} elements in each other`);
  }

  static document(): TreeNode {
    return new TreeNode("document", "#document", "", undefined);
  }

  /** The name of a part of it, as the library asks for it. */
  get name(): string {
    return this.nodeName;
  }

  get value(): string {
    return this.nodeValue;
  }

  /** Adds a node behind the last one. Nodes have to come in the order of the document. */
  append(kind: Exclude<NodeKind, "attribute" | "document">, name: string, value = ""): TreeNode {
    const child = new TreeNode(kind, name, value, this);
    child.parentNode = this;
    child.previousSibling = this.#lastChild;
    if (this.#lastChild === null) this.firstChild = child;
    else this.#lastChild.nextSibling = child;
    this.#lastChild = child;
    return child;
  }

  setAttribute(name: string, value: string): void {
    this.attributes?.add(new TreeNode("attribute", name, value, this));
  }

  /** Which of the two comes first: 2, the other, or 4. */
  compareDocumentPosition(other: TreeNode): number {
    return other.#order < this.#order ? 2 : 4;
  }

  /** All the text in it, without comments. */
  text(): string {
    if (this.nodeType === nodeTypes.comment) return "";
    if (this.firstChild === null) return this.nodeValue;
    let text = "";
    for (let child: TreeNode | null = this.firstChild; child !== null; child = child.nextSibling) text += child.text();
    return text;
  }

  /** The value of an attribute, of the element or the selected attribute itself; empty when it has none. */
  attribute(name: string): string {
    if (this.nodeType === nodeTypes.attribute) return this.nodeName === name ? this.nodeValue : "";
    return this.attributes?.list().find((attribute) => attribute.nodeName === name)?.nodeValue ?? "";
  }
}
