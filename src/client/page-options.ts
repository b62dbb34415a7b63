/** Which part of a listing is wanted. A page that takes long to read is short, or empty, although another follows. */
export interface PageOptions {
  /** 1 … 1,000 (default 100). */
  readonly pageSize?: number;
  /** `nextPageToken` of the page before. */
  readonly pageToken?: string;
}
