/** One life of a node. */
export interface NodeRef {
  readonly node: string;
  readonly incarnation: string;
}
