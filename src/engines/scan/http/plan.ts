/** What every request carries unless its template says otherwise. */
export interface RequestDefaults {
  readonly userAgent: string;
  /** Sent over what a template says, such as an authorisation for the target. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of the variables that a person gave. */
  readonly variables?: Readonly<Record<string, string>>;
}
