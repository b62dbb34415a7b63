import { encodeXML } from "entities";
import { printable } from "../../../../base/printable.ts";
import { GraphError } from "../errors.ts";
import type { Graph } from "./graph.ts";
import { type Box, fontSizes, layoutOf, lineHeight, type PlacedEdge, type PlacedNode, type Point } from "./layout.ts";
import { coordinate, outlineOf } from "./shapes.ts";
import { textWidth } from "./wrap-text.ts";

/** Of a name, before it is wrapped. */
const mostChars = 200;

/** Above the steps. */
const titleHeight = 32;

/** A picture of more is nothing that a person reads, and to lay it out takes more than some seconds. */
const mostSteps = 500;
const mostEdges = 1_500;

/** Greys that go with light and dark, and one colour for what goes wrong. */
const style = [
  "text{font-family:system-ui,sans-serif;fill:#1f2933;text-anchor:middle;dominant-baseline:central}",
  `.title{font-size:${fontSizes.name}px;font-weight:600}.name{font-size:${fontSizes.name}px}.type{font-size:${fontSizes.type}px;fill:#5a6675}`,
  `.label{font-size:${fontSizes.label}px;fill:#3d4852}.back{fill:#fff;stroke:none}`,
  ".step{fill:#f1f4f7;stroke:#5a6675;stroke-width:1.3}.step text{stroke:none}",
  ".end{stroke-width:2.6}.edge{fill:none;stroke:#5a6675;stroke-width:1.3}",
  ".failure,.exception{stroke:#b4472f;stroke-dasharray:5 3}.head{fill:#5a6675}.page{fill:#fff}",
  "@media(prefers-color-scheme:dark){text{fill:#e4e8ed}.type{fill:#9fabb8}.label{fill:#c6cfd8}",
  ".back,.page{fill:#171b20}.step{fill:#262d35;stroke:#9fabb8}.edge{stroke:#9fabb8}.head{fill:#9fabb8}",
  ".failure,.exception{stroke:#e0775e}}",
].join("");

/**
 * The graph as an SVG document of its own: no scripts, no references to other files. Each step is a `g` with `data-step`, each edge one with
 * `data-from`, `data-to` and `data-kind`.
 *
 * @param graph of at most 500 steps and 1,500 edges
 * @throws GraphError `too-large`
 * @throws RangeError an edge leads to no step of the graph
 */
export const graphSvg = (graph: Graph): string => {
  if (graph.nodes.length > mostSteps || graph.edges.length > mostEdges) {
    const size = `${graph.nodes.length} steps and ${graph.edges.length} ways between them`;
    const most = `${mostSteps} steps and ${mostEdges} ways are drawn`;
    throw new GraphError("too-large", `the playbook has ${size}; at most ${most}: look at it as text`);
  }
  const layout = layoutOf(graph, shown);
  const titleLine = shown(graph.title);
  const width = Math.max(layout.width, Math.ceil(textWidth(titleLine, fontSizes.name)) + 2 * lineHeight);
  const height = layout.height + titleHeight;
  const about = `${graph.nodes.length} steps, ${graph.edges.length} ways between them`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 ${-titleHeight} ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title about">`,
    `<title id="title">${escaped(graph.title)}</title>`,
    `<desc id="about">${about}</desc>`,
    `<style>${style}</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>',
    `<rect class="page" y="${-titleHeight}" width="${width}" height="${height}"/>`,
    textAt("title", { x: width / 2, y: -titleHeight / 2 }, titleLine),
    ...layout.edges.map(lineOf),
    ...layout.edges.map(labelOf),
    ...layout.nodes.map(stepOf),
    "</svg>",
    "",
  ].join("\n");
};

/** What stands in a document: one line, of characters that XML 1.0 has. */
const shown = (text: string): string => printable(text, mostChars).replaceAll(/[\p{Cs}\ufffe\uffff]/gu, "\ufffd");

const escaped = (text: string): string => encodeXML(shown(text));

const lineOf = ({ edge, points }: PlacedEdge): string =>
  `<g data-from="${escaped(edge.from)}" data-to="${escaped(edge.to)}" data-kind="${edge.kind}">` +
  `<title>${escaped(edge.label)}</title>` +
  `<path class="edge ${edge.kind}" d="${curve(points)}" marker-end="url(#head)"/></g>`;

/** Through the middles between the points, so that no corner is left. */
const curve = (points: readonly Point[]): string => {
  const [first, ...others] = points;
  const last = others.pop();
  if (first === undefined || last === undefined) return "";
  const bends = others.map((point, at) => {
    const next = others[at + 1] ?? last;
    return `Q${pointText(point)} ${pointText({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return `M${pointText(first)}${bends.join("")}L${pointText(last)}`;
};

const pointText = ({ x, y }: Point): string => `${coordinate(x)} ${coordinate(y)}`;

const labelOf = ({ label }: PlacedEdge): string => {
  const left = coordinate(label.x - label.width / 2);
  const top = coordinate(label.y - label.height / 2);
  return (
    `<rect class="back" x="${left}" y="${top}" width="${label.width}" height="${label.height}" rx="3"/>` +
    textAt("label", label, label.text)
  );
};

const stepOf = (placed: PlacedNode): string => {
  const { node, lines } = placed;
  const first = placed.y - (lines.length * lineHeight) / 2;
  return [
    `<g class="step ${node.type}" data-step="${escaped(node.id)}"><title>${escaped(`${node.type}: ${node.name}`)}</title>`,
    outlineOf(node.type, placed),
    textAt("type", { x: placed.x, y: first }, node.type),
    ...lines.map((line, at) => textAt("name", { x: placed.x, y: first + (at + 1) * lineHeight }, line)),
    "</g>",
  ].join("");
};

const textAt = (kind: "title" | "name" | "type" | "label", at: Pick<Box, "x" | "y">, text: string): string =>
  `<text class="${kind}" x="${coordinate(at.x)}" y="${coordinate(at.y)}">${escaped(text)}</text>`;
