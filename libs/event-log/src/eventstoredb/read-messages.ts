import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb, { type ReadReq } from '@eventstore/db-client/generated/streams_pb.js';

/** Events that the server looks at before it answers a filtered read with less, or tells a checkpoint. */
const SEARCH_WINDOW = 1_024;

/** What is read of one stream: from a revision on, or backwards from it. */
export interface StreamRead {
  /** Its name on the server. */
  stream: string;
  from: number | 'start' | 'end';
  backwards?: boolean;
  count: number;
}

/** What is read of the whole log: from a position on (inclusive forwards, exclusive backwards). */
export interface LogRead {
  /** Position of an event; no other number will do. */
  from: number | 'start' | 'end';
  backwards?: boolean;
  count: number;
  /** Events of which the type or the name of the stream begins with one of these. */
  of: { types: readonly string[] } | { streams: readonly string[] };
}

export function streamReadRequest({ stream, from, backwards, count }: StreamRead): ReadReq {
  const identifier = new sharedPb.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  const target = new streamsPb.ReadReq.Options.StreamOptions();
  target.setStreamIdentifier(identifier);
  if (from === 'start') target.setStart(new sharedPb.Empty());
  else if (from === 'end') target.setEnd(new sharedPb.Empty());
  else target.setRevision(String(from));
  const options = readOptions(backwards);
  options.setStream(target);
  options.setCount(String(count));
  options.setNoFilter(new sharedPb.Empty());
  return request(options);
}

export function logReadRequest({ from, backwards, count, of }: LogRead): ReadReq {
  const options = readOptions(backwards);
  options.setAll(position(from));
  options.setCount(String(count));
  options.setFilter(filterOf(of));
  return request(options);
}

/** Follows the log: what is stored after the position (exclusive), then what is appended. */
export function subscriptionRequest(after: number | 'start', streams: readonly string[]): ReadReq {
  const options = readOptions(false);
  options.setAll(position(after));
  options.setSubscription(new streamsPb.ReadReq.Options.SubscriptionOptions());
  options.setFilter(filterOf({ streams }));
  return request(options);
}

function request(options: ReadReq.Options): ReadReq {
  const message = new streamsPb.ReadReq();
  message.setOptions(options);
  return message;
}

function readOptions(backwards = false): ReadReq.Options {
  const uuids = new streamsPb.ReadReq.Options.UUIDOption();
  uuids.setString(new sharedPb.Empty());
  const options = new streamsPb.ReadReq.Options();
  options.setUuidOption(uuids);
  options.setReadDirection(backwards ? 1 : 0);
  options.setResolveLinks(false);
  return options;
}

function position(at: number | 'start' | 'end'): ReadReq.Options.AllOptions {
  const target = new streamsPb.ReadReq.Options.AllOptions();
  if (at === 'start') target.setStart(new sharedPb.Empty());
  else if (at === 'end') target.setEnd(new sharedPb.Empty());
  else {
    const exact = new streamsPb.ReadReq.Options.Position();
    exact.setCommitPosition(String(at));
    // The same for everything that is appended by this protocol.
    exact.setPreparePosition(String(at));
    target.setPosition(exact);
  }
  return target;
}

function filterOf(of: LogRead['of']): ReadReq.Options.FilterOptions {
  const prefixes = new streamsPb.ReadReq.Options.FilterOptions.Expression();
  const filter = new streamsPb.ReadReq.Options.FilterOptions();
  filter.setMax(SEARCH_WINDOW);
  filter.setCheckpointintervalmultiplier(1);
  if ('types' in of) {
    prefixes.setPrefixList([...of.types]);
    filter.setEventType(prefixes);
  } else {
    prefixes.setPrefixList([...of.streams]);
    filter.setStreamIdentifier(prefixes);
  }
  return filter;
}
