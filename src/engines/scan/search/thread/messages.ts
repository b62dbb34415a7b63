import type { SearchAnswer, SearchJob } from "../job.ts";

/** What goes to the thread. */
export interface SearchRequest {
  readonly id: number;
  readonly job: SearchJob;
  /** The text to search. */
  readonly textId: number;
  /** Its bytes, when the thread does not have them yet. */
  readonly text?: Uint8Array<ArrayBuffer>;
  /** Texts that it may forget. */
  readonly forget: readonly number[];
}

/** What comes from it. It says `ready` once. */
export type SearchReply =
  | { readonly ready: true }
  | { readonly id: number; readonly answer: SearchAnswer }
  /** The text is beyond the bounds. */
  | { readonly id: number; readonly tooLarge: string }
  | { readonly id: number; readonly failed: string };
