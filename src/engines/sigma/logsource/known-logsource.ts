import type { Logsource } from "../../events/security-event.ts";
import type { EventView } from "../event/event-view.ts";
import { numberOf } from "../value/number-of.ts";
import { type Channel, channels, providerChannels } from "./windows-channels.ts";

/** What is known of where an event comes from: for each part the names that apply; undefined where nothing is known. */
export type KnownLogsource = Readonly<Record<keyof Logsource, readonly string[] | undefined>>;

/**
 * What the event says itself, and for what it does not say, what follows from the channel, the provider and the id of a record of Windows'
 * event log.
 */
export const knownLogsource = (view: EventView): KnownLogsource => {
  const { category, product, service } = view.event.logsource ?? {};
  const channel = channelOf(view);
  return {
    category: category === undefined ? categoriesOf(channel, view) : [category],
    product: product === undefined ? channel && [channel.product] : [product],
    service: service === undefined ? channel?.services : [service],
  };
};

const channelOf = (view: EventView): Channel | undefined => {
  const name = view.field("Channel").leaves[0]?.text?.toLowerCase();
  if (name !== undefined) return channels.get(name);
  const provider = view.field("Provider_Name").leaves[0]?.text?.toLowerCase();
  return channels.get(providerChannels.get(provider ?? "") ?? "");
};

const categoriesOf = (channel: Channel | undefined, view: EventView): readonly string[] | undefined => {
  const [leaf] = view.field("EventID").leaves;
  const id = leaf === undefined ? undefined : numberOf(leaf);
  return channel === undefined || id === undefined ? undefined : (channel.categories.get(id) ?? []);
};

/** Whether nothing that is known of an event contradicts what a rule is for. */
export const fits = (wanted: Logsource | undefined, known: KnownLogsource): boolean =>
  wanted === undefined ||
  (isAmong(wanted.category, known.category) &&
    isAmong(wanted.product, known.product) &&
    isAmong(wanted.service, known.service));

const isAmong = (name: string | undefined, names: readonly string[] | undefined): boolean =>
  name === undefined || names === undefined || names.includes(name);
