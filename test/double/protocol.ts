import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb, { type Status } from '@eventstore/db-client/generated/status_pb.js';
import streamsPb, {
  type AppendReq,
  type BatchAppendReq,
  type BatchAppendResp,
  type ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Message } from 'google-protobuf';
import {
  MOST_APPEND_BYTES,
  type AppendResult,
  type Expected,
  type NewEvent,
  type StoredEvent,
} from './stored-events.js';

/** Messages of the protocol, from and to what the double stores. */

export function nameOf(identifier: InstanceType<typeof sharedPb.StreamIdentifier> | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
}

export function newEvent(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): NewEvent {
  const fields = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: fields.get('type') ?? '',
    contentType: fields.get('content-type') ?? '',
    metadata: message.getCustomMetadata_asU8(),
    data: message.getData_asU8(),
  };
}

/** The options of both ways of appending; the generated names differ. */
export function expectedOf(options: {
  hasNoStream(): boolean;
  hasAny(): boolean;
  hasStreamExists(): boolean;
  getRevision?(): string;
  getStreamPosition?(): string;
}): Expected {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  return Number(options.getRevision?.() ?? options.getStreamPosition?.());
}

export function eventAnswer(event: StoredEvent): ReadResp {
  const recorded = new streamsPb.ReadResp.ReadEvent.RecordedEvent();
  const id = new sharedPb.UUID();
  id.setString(event.id);
  recorded.setId(id);
  recorded.setStreamIdentifier(identifier(event.stream));
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(String(event.position));
  recorded.setPreparePosition(String(event.position));
  recorded.setCustomMetadata(event.metadata);
  recorded.setData(event.data);
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    // Ticks of 100 ns since the Unix epoch.
    .set('created', String(BigInt(event.created) * 10_000n));
  const read = new streamsPb.ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(String(event.position));
  const answer = new streamsPb.ReadResp();
  answer.setEvent(read);
  return answer;
}

export function confirmation(id: string): ReadResp {
  const confirmed = new streamsPb.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId(id);
  const answer = new streamsPb.ReadResp();
  answer.setConfirmation(confirmed);
  return answer;
}

export function checkpoint(position: number): ReadResp {
  const reached = new streamsPb.ReadResp.Checkpoint();
  reached.setCommitPosition(String(position));
  reached.setPreparePosition(String(position));
  const answer = new streamsPb.ReadResp();
  answer.setCheckpoint(reached);
  return answer;
}

export function streamNotFound(stream: string): ReadResp {
  const notFound = new streamsPb.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(identifier(stream));
  const answer = new streamsPb.ReadResp();
  answer.setStreamNotFound(notFound);
  return answer;
}

export function identifier(stream: string) {
  const message = new sharedPb.StreamIdentifier();
  message.setStreamName(Buffer.from(stream));
  return message;
}

/** The answer to a batch append. */
export function batchAnswer(
  request: BatchAppendReq,
  stream: string,
  expected: Expected,
  result: AppendResult,
): BatchAppendResp {
  const answer = new streamsPb.BatchAppendResp();
  answer.setCorrelationId(request.getCorrelationId());
  answer.setStreamIdentifier(identifier(stream));
  if (result.status === 'success') {
    const position = new sharedPb.AllStreamPosition();
    position.setCommitPosition(String(result.position));
    position.setPreparePosition(String(result.position));
    const success = new streamsPb.BatchAppendResp.Success();
    success.setCurrentRevision(String(result.revision));
    success.setPosition(position);
    answer.setSuccess(success);
  } else answer.setError(refusal(stream, expected, result));
  return answer;
}

export function batchError(request: BatchAppendReq, stream: string, error: Status): BatchAppendResp {
  const answer = new streamsPb.BatchAppendResp();
  answer.setCorrelationId(request.getCorrelationId());
  answer.setStreamIdentifier(identifier(stream));
  answer.setError(error);
  return answer;
}

function refusal(stream: string, expected: Expected, result: Exclude<AppendResult, { status: 'success' }>): Status {
  if (result.status === 'stream-deleted') {
    const deleted = new sharedPb.StreamDeleted();
    deleted.setStreamIdentifier(identifier(stream));
    return statusOf('StreamDeleted', 5, deleted, 'event_store.client.StreamDeleted');
  }
  if (result.status === 'too-large') {
    const tooLarge = new sharedPb.MaximumAppendSizeExceeded();
    tooLarge.setMaxappendsize(MOST_APPEND_BYTES);
    return statusOf('MaximumAppendSizeExceeded', 3, tooLarge, 'event_store.client.MaximumAppendSizeExceeded');
  }
  const wrong = new sharedPb.WrongExpectedVersion();
  if (result.current === null) wrong.setCurrentNoStream(new emptyPb.Empty());
  else wrong.setCurrentStreamRevision(String(result.current));
  if (expected === 'any') wrong.setExpectedAny(new emptyPb.Empty());
  else if (expected === 'no-stream') wrong.setExpectedNoStream(new emptyPb.Empty());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new emptyPb.Empty());
  else wrong.setExpectedStreamPosition(String(expected));
  return statusOf('WrongExpectedVersion', 6, wrong, 'event_store.client.WrongExpectedVersion');
}

/** The server's word for an append of which it does not know the end itself. */
export function timedOut(): Status {
  return statusOf('Timeout', 4, new sharedPb.Timeout(), 'event_store.client.Timeout');
}

export function notReady(): Status {
  return statusOf('Server Is Not Ready', 0, new emptyPb.Empty(), 'google.protobuf.Empty');
}

function statusOf(message: string, code: Parameters<Status['setCode']>[0], details: Message, type: string): Status {
  const any = new anyPb.Any();
  any.pack(details.serializeBinary(), type);
  const answer = new statusPb.Status();
  answer.setMessage(message);
  answer.setCode(code);
  answer.setDetails(any);
  return answer;
}

/** A gRPC error as the server sends it; `exception` and the fields go into its metadata. */
export function serviceError(code: status, details: string, fields: Record<string, string> = {}): ServiceError {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(fields)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

export function streamDeleted(stream: string): ServiceError {
  const fields = { exception: 'stream-deleted', 'stream-name': stream };
  return serviceError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, fields);
}
