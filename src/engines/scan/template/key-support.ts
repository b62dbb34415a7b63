/** How a key of nuclei's language is treated, with the sentence that documentation and refusals show. */
export interface KeySupport {
  readonly supported: boolean;
  readonly note: string;
}

export type KeyTable = Readonly<Record<string, KeySupport>>;

export const yes = (note: string): KeySupport => ({ supported: true, note });
export const no = (note: string): KeySupport => ({ supported: false, note });
