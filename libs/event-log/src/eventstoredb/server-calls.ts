import { EventStoreDBClient } from '@eventstore/db-client';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';

type StreamsClient = InstanceType<typeof streamsService.StreamsClient>;
/** A running batch append: requests go in, answers come out. */
export type BatchAppendCall = ReturnType<StreamsClient['batchAppend']>;
/** A running read or subscription. */
export type ReadCall = ReturnType<StreamsClient['read']>;

/** Reads and subscriptions may take as long as they have something to say; silence is what is timed. */
const NO_DEADLINE = { deadline: Infinity };

/**
 * The client of EventStoreDB with its two calls for streams laid open. Connection string, TLS, credentials, discovery,
 * keepalive and reconnecting are the client's. Its own `appendToStream` is passed by because it keeps the appends of
 * all clients and connections of a process in one map: when one connection fails, the appends of every other are
 * rejected too, and their late answers then throw where nobody can catch it.
 */
export class ServerCalls extends EventStoreDBClient {
  /** @throws Error when the connection string is malformed. */
  static connect(connectionString: string): ServerCalls {
    // The factory of the client makes instances of the base class, whose private fields a subclass cannot pass on.
    const client = EventStoreDBClient.connectionString(connectionString);
    return Object.setPrototypeOf(client, ServerCalls.prototype) as ServerCalls;
  }

  /** Opens the call on which appends are sent; `listen` is called before anything can come. */
  batchAppend(listen: (call: BatchAppendCall) => void): Promise<BatchAppendCall> {
    return this.GRPCStreamCreator(streamsService.StreamsClient, 'batchAppend', (client) => {
      const call = client.batchAppend(...this.callArguments({}, NO_DEADLINE));
      listen(call);
      return call;
    })();
  }

  /** Starts a read or a subscription; `listen` is called before anything can come. */
  read(request: ReadReq, listen: (call: ReadCall) => void): Promise<ReadCall> {
    return this.GRPCStreamCreator(streamsService.StreamsClient, 'read', (client) => {
      const call = client.read(request, ...this.callArguments({}, NO_DEADLINE));
      listen(call);
      return call;
    })();
  }
}
