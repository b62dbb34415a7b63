import { printable } from "../../../../base/printable.ts";
import type { Graph, GraphEdge, GraphNode } from "./graph.ts";

/** Deeper branches are not indented more: a line has to fit a terminal. */
const mostIndented = 20;

/**
 * The graph as an indented tree for a terminal: steps that follow each other stand below each other, branches are indented below their
 * step. Each step stands once, with a number; another way to it names the number, as a loop when it leads back to a step on the way here,
 * else as a join.
 */
export const graphText = (graph: Graph): string => new TextTree(graph).text;

class TextTree {
  readonly #lines: string[] = [];
  readonly #nodes: ReadonlyMap<string, GraphNode>;
  readonly #edges = new Map<string, GraphEdge[]>();
  /** Of the steps that stand there. */
  readonly #numbers = new Map<string, number>();
  /** Steps on the way to the one that is being written. */
  readonly #way = new Set<string>();

  constructor({ title, start, nodes, edges }: Graph) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    for (const edge of edges) {
      const known = this.#edges.get(edge.from);
      if (known === undefined) this.#edges.set(edge.from, [edge]);
      else known.push(edge);
    }
    this.#lines.push(printable(title));
    this.#chain(start, 0);
    const left = nodes.filter(({ id }) => !this.#numbers.has(id));
    if (left.length > 0) this.#line(0, "no step leads to:");
    for (const { id } of left) if (!this.#numbers.has(id)) this.#chain(id, 1);
  }

  get text(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  /** Steps that follow each other, from the first one on. */
  #chain(first: string, depth: number): void {
    const steps: string[] = [];
    for (let id: string | undefined = first; id !== undefined;) {
      const known = this.#numbers.get(id);
      if (known !== undefined) {
        this.#line(depth, `${this.#way.has(id) ? "↑ back to" : "→ on to"} [${known}] ${this.#nameOf(id)}`);
        break;
      }
      steps.push(id);
      this.#step(id, depth);
      id = this.#edges.get(id)?.find(({ kind }) => kind === "success")?.to;
    }
    for (const id of steps) this.#way.delete(id);
  }

  #step(id: string, depth: number): void {
    const number = this.#numbers.size + 1;
    this.#numbers.set(id, number);
    this.#way.add(id);
    this.#line(depth, `[${number}] ${this.#nodes.get(id)?.type ?? "step"}: ${this.#nameOf(id)}`);
    for (const { kind, label, to } of this.#edges.get(id) ?? []) {
      if (kind === "success") continue;
      this.#line(depth + 1, `${printable(label)}:`);
      this.#chain(to, depth + 2);
    }
  }

  #nameOf(id: string): string {
    return printable(this.#nodes.get(id)?.name ?? id);
  }

  #line(depth: number, text: string): void {
    this.#lines.push("  ".repeat(Math.min(depth, mostIndented)) + text);
  }
}
