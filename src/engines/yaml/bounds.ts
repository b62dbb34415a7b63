/** What YAML that anyone may have written is allowed to be. */
export interface YamlBounds {
  /** UTF-16 units of the text. */
  readonly chars: number;
  /** Mappings and sequences inside each other. */
  readonly depth: number;
  /** Anchors and aliases, over all documents. */
  readonly references: number;
  /** Values of one document, what its aliases stand for counted each time. */
  readonly values: number;
  readonly documents: number;
}
