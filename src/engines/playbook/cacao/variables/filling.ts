/** A text that grows piece by piece. Each piece is refused with the reason, in words for a person, or put in (undefined). */
export interface Filling {
  /** The text so far. */
  readonly text: string;
  /** What the author of the playbook wrote. */
  append(text: string): string | undefined;
  /**
   * A value from outside, in the form in which it is only a value there.
   *
   * @param next what follows it
   */
  appendTainted(value: string, next: string): string | undefined;
}
