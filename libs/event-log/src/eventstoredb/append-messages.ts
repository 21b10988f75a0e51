import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb, { type BatchAppendReq, type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import type { SentEvent } from './sent-event.js';
import { RefusedByServerError, WrongRevisionAnswer } from './server-errors.js';

/** Where the last event of an append is. */
export interface AppendedPlace {
  revision: number;
  position: number;
}

/**
 * The request that appends events to a stream, all or nothing, at an exact revision.
 * It carries no deadline: that would be an instant of this machine's clock, judged by the server's.
 * @param expected revision of the stream's last event, -1 when the stream must not exist.
 */
export function appendRequest(
  correlationId: string,
  stream: string,
  expected: number,
  events: readonly SentEvent[],
): BatchAppendReq {
  const options = new streamsPb.BatchAppendReq.Options();
  const identifier = new sharedPb.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  options.setStreamIdentifier(identifier);
  if (expected === -1) options.setNoStream(new emptyPb.Empty());
  else options.setStreamPosition(String(expected));
  const request = new streamsPb.BatchAppendReq();
  request.setCorrelationId(uuid(correlationId));
  request.setOptions(options);
  request.setProposedMessagesList(events.map(proposedMessage));
  request.setIsFinal(true);
  return request;
}

function proposedMessage({ eventId, type, data, metadata }: SentEvent): BatchAppendReq.ProposedMessage {
  const message = new streamsPb.BatchAppendReq.ProposedMessage();
  message.setId(uuid(eventId));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  message.setData(data);
  message.setCustomMetadata(metadata);
  return message;
}

function uuid(value: string) {
  const message = new sharedPb.UUID();
  message.setString(value);
  return message;
}

/** The correlation id of an answer; servers send it as they got it, or as two integers. */
export function correlationOf(answer: BatchAppendResp): string {
  const id = answer.getCorrelationId();
  const structured = id?.getStructured();
  if (!structured) return id?.getString() ?? '';
  const half = (bits: string) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const hex = half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits());
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * What an answer says.
 * @throws WrongRevisionAnswer, RefusedByServerError when nothing was written; Error when nothing is known.
 */
export function readAnswer(answer: BatchAppendResp): AppendedPlace {
  const success = answer.getSuccess();
  if (success) {
    const position = Number(success.getPosition()?.getCommitPosition());
    const revision = Number(success.getCurrentRevision());
    if (!Number.isSafeInteger(position)) throw new Error(`The server gave no position for revision ${revision}`);
    return { revision, position };
  }
  const error = answer.getError();
  const details = error?.getDetails();
  const kind = details?.getTypeName().replace('event_store.client.', '');
  switch (kind) {
    case 'WrongExpectedVersion': {
      const wrong = details!.unpack(
        (bytes) => sharedPb.WrongExpectedVersion.deserializeBinary(bytes),
        'event_store.client.WrongExpectedVersion',
      )!;
      throw new WrongRevisionAnswer(wrong.hasCurrentStreamRevision() ? Number(wrong.getCurrentStreamRevision()) : -1);
    }
    case 'StreamDeleted':
    case 'AccessDenied':
    case 'MaximumAppendSizeExceeded':
    case 'BadRequest':
    case 'InvalidTransaction':
      throw new RefusedByServerError(`The server refused the append: ${kind}`);
    default:
      // A timeout of the server's own, a server that is starting, or something unheard of: it may have been written.
      throw new Error(error?.getMessage() || `The server answered ${kind ?? 'nothing'}`);
  }
}
