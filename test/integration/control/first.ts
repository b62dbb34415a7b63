/** What comes first; `undefined` if nothing does. */
export const first = async <Message>(messages: AsyncIterable<Message>): Promise<Message | undefined> => {
  for await (const message of messages) return message;
  return undefined;
};
