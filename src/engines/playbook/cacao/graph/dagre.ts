import dagre from "@dagrejs/dagre";

/** A place that dagre has found; before that it has none. */
interface Placed {
  readonly x?: number;
  readonly y?: number;
}

/** A graph as dagre lays it out: sizes in, places out. */
export interface DagreGraph {
  setGraph(options: {
    readonly rankdir: "TB";
    /** Least distances in pixels: of steps beside each other, of edges, of rows; and around everything. */
    readonly nodesep: number;
    readonly edgesep: number;
    readonly ranksep: number;
    readonly marginx: number;
    readonly marginy: number;
    readonly ranker: "network-simplex" | "longest-path";
  }): unknown;
  setNode(name: string, size: { readonly width: number; readonly height: number }): unknown;
  setEdge(
    from: string,
    to: string,
    label: { readonly width: number; readonly height: number; readonly labelpos: "c" },
    name: string,
  ): unknown;
  graph(): { readonly width?: number; readonly height?: number };
  node(name: string): Placed;
  edge(from: string, to: string, name: string): Placed & { readonly points?: readonly Placed[] };
}

interface Dagre {
  readonly graphlib: { readonly Graph: new (options: { readonly multigraph: boolean }) => DagreGraph };
  layout(graph: DagreGraph): unknown;
}

// Its own types name files without their endings, which Node's rules for modules do not resolve.
const typed = dagre as unknown as Dagre;

/** A graph of which two nodes may have several edges. */
export const createGraph = (): DagreGraph => new typed.graphlib.Graph({ multigraph: true });

/** Gives everything in the graph its place. */
export const layOut = (graph: DagreGraph): void => {
  typed.layout(graph);
};
