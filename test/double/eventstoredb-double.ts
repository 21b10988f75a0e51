import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb, { type DeleteReq, type TombstoneReq } from '@eventstore/db-client/generated/streams_pb.js';
import { Server, ServerCredentials, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { append, batchAppend, type ServerSide } from './append-calls.js';
import { Faults } from './faults.js';
import { Network } from './network.js';
import { nameOf, serviceError } from './protocol.js';
import { read } from './read-calls.js';
import { StoredEvents } from './stored-events.js';
import { endSubscriptions } from './subscription-calls.js';

/** Larger messages end the call on which they come. */
const MOST_MESSAGE_BYTES = 16 * 1024 * 1024 - 1;

/**
 * A TEST TOOL: it speaks the protocol of EventStoreDB 22.10 (streams and server features, by the service definitions that
 * ship with the client), keeps everything in memory, and can be told to fail. It behaves as a real server was seen to,
 * its quirks included: `quirks.ts` holds both to the same. It knows no users, no TLS, no cluster, no persistent
 * subscriptions and no scavenging, and is no place for data.
 */
export class EventStoreDouble implements ServerSide {
  readonly events = new StoredEvents();
  readonly faults = new Faults();
  readonly subscribedBehind: number[] = [];
  readonly #network = new Network();
  #server: Server | null = null;

  /** Starts a double on a free port of the loopback. */
  static async start(): Promise<EventStoreDouble> {
    const double = new EventStoreDouble();
    await double.start();
    return double;
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.#network.port}?tls=false`;
  }

  /** Starts again after `stop`, on the same port, with what was stored. */
  async start(): Promise<void> {
    const server = new Server({ 'grpc.max_receive_message_length': MOST_MESSAGE_BYTES });
    server.addService(streamsService.StreamsService, this.#streams());
    server.addService(featuresService.ServerFeaturesService, { getSupportedMethods });
    this.#network.target = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve(port);
      });
    });
    this.#server = server;
    await this.#network.open();
  }

  /** Dies like a killed process: no goodbyes, and the memory of event ids is lost. */
  async stop(): Promise<void> {
    await this.#network.close();
    this.#server?.forceShutdown();
    this.#server = null;
    this.events.forgetIds();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  dropConnections(): void {
    this.#network.drop();
  }

  endSubscriptions(): void {
    endSubscriptions(this);
  }

  /** Says of all running subscriptions that who reads them is too slow, as the server does of live ones. */
  endSlowSubscriptions(): void {
    const reason = 'Consumer too slow to handle event while live. Client resubscription required.';
    endSubscriptions(this, serviceError(status.ABORTED, `Operation timed out: ${reason}`));
  }

  #streams(): UntypedServiceImplementation {
    const calls: Record<string, (...call: never[]) => void> = {
      read: (call: Parameters<typeof read>[1]) => void read(this, call),
      append: (call: Parameters<typeof append>[1], answer: Parameters<typeof append>[2]) => append(this, call, answer),
      batchAppend: (call: Parameters<typeof batchAppend>[1]) => batchAppend(this, call),
      delete: ({ request }: { request: DeleteReq }, answer: (error: null, response: object) => void) => {
        this.events.softDelete(nameOf(request.getOptions()?.getStreamIdentifier()));
        answer(null, new streamsPb.DeleteResp());
      },
      tombstone: ({ request }: { request: TombstoneReq }, answer: (error: null, response: object) => void) => {
        this.events.tombstone(nameOf(request.getOptions()?.getStreamIdentifier()));
        answer(null, new streamsPb.TombstoneResp());
      },
    };
    return calls as UntypedServiceImplementation;
  }
}

/** What the client asks first: which calls there are. */
function getSupportedMethods(_: unknown, answer: (error: null, response: object) => void): void {
  const methods = new featuresPb.SupportedMethods();
  methods.setEventStoreServerVersion('22.10.5.0');
  for (const name of ['read', 'append', 'batchappend', 'delete', 'tombstone']) {
    const method = new featuresPb.SupportedMethod();
    method.setServiceName('event_store.client.streams.streams');
    method.setMethodName(name);
    if (name === 'read') method.setFeaturesList(['position', 'events']);
    methods.addMethods(method);
  }
  answer(null, methods);
}
