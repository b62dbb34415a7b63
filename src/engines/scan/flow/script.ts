/** The `flow` of a template: JavaScript that calls its blocks. */
export interface FlowScript {
  readonly source: string;
}
