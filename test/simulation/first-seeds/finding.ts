/** A seed with which a defect shows, and how long it takes. */
export interface Finding {
  readonly seed: number;
  readonly steps: number;
}
