import { setTimeout as wait } from 'node:timers/promises';
import streamsPb, {
  type AppendReq,
  type AppendResp,
  type BatchAppendReq,
  type BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { status, type sendUnaryData, type ServerDuplexStream, type ServerReadableStream } from '@grpc/grpc-js';
import type { Faults } from './faults.js';
import {
  batchAnswer,
  batchError,
  expectedOf,
  nameOf,
  newEvent,
  notReady,
  serviceError,
  streamDeleted,
  timedOut,
} from './protocol.js';
import {
  MOST_APPEND_BYTES,
  type AppendResult,
  type Expected,
  type NewEvent,
  type StoredEvents,
} from './stored-events.js';

/** What the calls need of the server around them. */
export interface ServerSide {
  events: StoredEvents;
  faults: Faults;
  /** Positions behind which subscriptions began, in order; 0 for the start. */
  subscribedBehind: number[];
  /** Ends all connections, without a word. */
  dropConnections(): void;
}

interface Pending {
  stream: string;
  expected: Expected;
  events: NewEvent[];
}

/** `BatchAppend`: many appends on one call, taken in the order in which they come. */
export function batchAppend(server: ServerSide, call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
  const pending = new Map<string, Pending>();
  let dropped = false;
  call.on('data', (request: BatchAppendReq) => {
    // What stands behind an append with which the connection was lost was lost with it.
    if (dropped) return;
    const id = request.getCorrelationId()?.getString() ?? '';
    const options = request.getOptions();
    if (options) {
      pending.set(id, { stream: nameOf(options.getStreamIdentifier()), expected: expectedOf(options), events: [] });
    }
    const append = pending.get(id);
    append?.events.push(...request.getProposedMessagesList().map(newEvent));
    if (!append || !request.getIsFinal()) return;
    pending.delete(id);
    if (server.faults.strikes('drop-before-storing')) {
      dropped = true;
      return server.dropConnections();
    }
    void answerBatch(server, call, request, append);
  });
  call.on('end', () => call.end());
  call.on('error', () => undefined);
}

async function answerBatch(
  server: ServerSide,
  call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>,
  request: BatchAppendReq,
  { stream, expected, events }: Pending,
): Promise<void> {
  const { faults } = server;
  if (faults.strikes('not-ready')) return void call.write(batchError(request, stream, notReady()));
  // Stored at once: answers may be late, the order of the log is that of the requests.
  const result = storeOrRefuse(server, stream, expected, events);
  if (faults.strikes('lose-acknowledgement')) return server.dropConnections();
  const answer = faults.strikes('time-out-after-storing')
    ? batchError(request, stream, timedOut())
    : batchAnswer(request, stream, expected, result);
  if (faults.answerDelayMs > 0) await wait(faults.answerDelayMs);
  await faults.whileSilent();
  if (!call.cancelled) call.write(answer);
}

function storeOrRefuse(
  { events, faults }: ServerSide,
  stream: string,
  expected: Expected,
  proposed: NewEvent[],
): AppendResult {
  // What the server knows as written it never refuses.
  if (events.knows(stream, expected, proposed) || !faults.strikes('refuse-revision')) {
    return events.append(stream, expected, proposed);
  }
  const current = events.visible(stream)?.at(-1)?.revision ?? null;
  return { status: 'wrong-revision', current };
}

/** `Append`: one append per call. Calls overtake each other, as those of the server do. */
export function append(
  server: ServerSide,
  call: ServerReadableStream<AppendReq, AppendResp>,
  answer: sendUnaryData<AppendResp>,
): void {
  let target: Pending | null = null;
  call.on('data', (request: AppendReq) => {
    const options = request.getOptions();
    if (options) target = { stream: nameOf(options.getStreamIdentifier()), expected: expectedOf(options), events: [] };
    const message = request.getProposedMessage();
    if (message) target?.events.push(newEvent(message));
  });
  call.on('error', () => undefined);
  call.on('end', () => {
    if (target) void answerAppend(server, target, answer);
  });
}

let overtaking = 0;

async function answerAppend(
  server: ServerSide,
  { stream, expected, events }: Pending,
  answer: sendUnaryData<AppendResp>,
): Promise<void> {
  const { faults } = server;
  if (overtaking++ % 2 === 0) await wait(1);
  if (faults.strikes('drop-before-storing')) return server.dropConnections();
  const result = storeOrRefuse(server, stream, expected, events);
  if (faults.strikes('lose-acknowledgement')) return server.dropConnections();
  await wait(faults.answerDelayMs);
  await faults.whileSilent();
  if (result.status === 'stream-deleted') return answer(streamDeleted(stream));
  if (result.status === 'too-large') {
    const fields = { exception: 'maximum-append-size-exceeded', 'maximum-append-size': String(MOST_APPEND_BYTES) };
    return answer(serviceError(status.INVALID_ARGUMENT, 'Maximum Append Size Exceeded.', fields));
  }
  answer(null, appendAnswer(expected, result));
}

function appendAnswer(expected: Expected, result: AppendResult): AppendResp {
  const answer = new streamsPb.AppendResp();
  if (result.status === 'success') {
    const position = new streamsPb.AppendResp.Position();
    position.setCommitPosition(String(result.position));
    position.setPreparePosition(String(result.position));
    const success = new streamsPb.AppendResp.Success();
    success.setCurrentRevision(String(result.revision));
    success.setPosition(position);
    answer.setSuccess(success);
  } else if (result.status === 'wrong-revision') {
    const wrong = new streamsPb.AppendResp.WrongExpectedVersion();
    if (result.current !== null) wrong.setCurrentRevision(String(result.current));
    if (typeof expected === 'number') wrong.setExpectedRevision(String(expected));
    answer.setWrongExpectedVersion(wrong);
  }
  return answer;
}
