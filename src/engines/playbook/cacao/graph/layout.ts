import { createGraph, layOut } from "./dagre.ts";
import type { Graph, GraphEdge, GraphNode } from "./graph.ts";
import { textWidth, wrapText } from "./wrap-text.ts";

/** Sizes of fonts, in pixels. */
export const fontSizes = { name: 13, type: 10, label: 11 } as const;
export const lineHeight = 16;

const nameWidth = 170;
const mostLines = 3;
const leastWidth = 90;
const padding = { x: 16, y: 10 };
/** Of shapes that come to a point on both sides. */
const pointWidth = 14;
const labelWidth = 140;
/** Of a larger graph the layout that is faster and less narrow is made. */
const mostForSimplex = 200;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle by its middle and size, in pixels from the left upper corner. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedNode extends Box {
  readonly node: GraphNode;
  /** Of the name. */
  readonly lines: readonly string[];
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  /** From the border of the one node to that of the other. */
  readonly points: readonly Point[];
  readonly label: Box & { readonly text: string };
}

/** Where everything of a graph stands, from top to bottom. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** Lays a graph out so that no two steps, and no step and no label, lie on each other. */
export const layoutOf = (graph: Graph, shown: (text: string) => string): GraphLayout => {
  const drawn = createGraph();
  const ranker = graph.nodes.length > mostForSimplex ? "longest-path" : "network-simplex";
  drawn.setGraph({ rankdir: "TB", nodesep: 40, edgesep: 24, ranksep: 36, marginx: 20, marginy: 20, ranker });
  const names = new Map(graph.nodes.map(({ id }, at) => [id, `n${at}`]));
  const nodes = graph.nodes.map((node) => ({ node, ...nodeSize(node, shown(node.name)) }));
  for (const { node, width, height } of nodes) drawn.setNode(nameOf(names, node.id), { width, height });
  const edges = graph.edges.map((edge) => ({ edge, ...labelSize(shown(edge.label)) }));
  for (const [at, { edge, width, height }] of edges.entries()) {
    drawn.setEdge(nameOf(names, edge.from), nameOf(names, edge.to), { width, height, labelpos: "c" }, `e${at}`);
  }
  layOut(drawn);
  const { width = 0, height = 0 } = drawn.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: nodes.map((each) => ({ ...each, ...pointOf(drawn.node(nameOf(names, each.node.id))) })),
    edges: edges.map(({ edge, ...size }, at) => {
      const placed = drawn.edge(nameOf(names, edge.from), nameOf(names, edge.to), `e${at}`);
      return { edge, points: (placed.points ?? []).map(pointOf), label: { ...size, ...pointOf(placed) } };
    }),
  };
};

const nameOf = (names: ReadonlyMap<string, string>, id: string): string => {
  const name = names.get(id);
  if (name === undefined) throw new RangeError(`the graph has an edge to ${id}, which is none of its steps`);
  return name;
};

const pointOf = ({ x = 0, y = 0 }: { readonly x?: number; readonly y?: number }): Point => ({ x, y });

const nodeSize = ({ type }: GraphNode, name: string): Pick<PlacedNode, "lines" | "width" | "height"> => {
  const lines = wrapText(name, fontSizes.name, nameWidth, mostLines);
  const widest = Math.max(textWidth(type, fontSizes.type), ...lines.map((line) => textWidth(line, fontSizes.name)));
  const width = Math.max(leastWidth, widest + 2 * (padding.x + pointWidth));
  return { lines, width: Math.ceil(width), height: (lines.length + 1) * lineHeight + 2 * padding.y };
};

const labelSize = (label: string): { readonly text: string; readonly width: number; readonly height: number } => {
  const [text = ""] = wrapText(label, fontSizes.label, labelWidth, 1);
  return { text, width: Math.ceil(textWidth(text, fontSizes.label)) + 8, height: lineHeight };
};
