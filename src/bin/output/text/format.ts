/** What findings can be written as. */
export const formats = ["table", "jsonl", "sarif", "markdown", "html"] as const;

export type Format = (typeof formats)[number];
