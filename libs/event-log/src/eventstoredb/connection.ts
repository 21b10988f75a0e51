import { Gate } from './retry.js';
import { ServerCalls } from './server-calls.js';

/**
 * Reads and subscriptions that run at once on a connection. Servers take about 100 calls; from then on calls wait
 * without a word, so reads wait here, and leave room for subscriptions and appends.
 */
const MOST_READS = 48;

/** A client, shared by all logs of this process that have the same connection string. */
export class Connection {
  static readonly #open = new Map<string, Connection>();

  readonly calls: ServerCalls;
  readonly reads = new Gate(MOST_READS);
  #users = 0;

  private constructor(private readonly url: string) {
    this.calls = ServerCalls.connect(url);
  }

  /** @throws Error when the connection string is malformed. */
  static acquire(url: string): Connection {
    const connection = Connection.#open.get(url) ?? new Connection(url);
    Connection.#open.set(url, connection);
    connection.#users++;
    return connection;
  }

  /** To be called once for every acquire; the last one ends the connection. */
  async release(): Promise<void> {
    if (--this.#users > 0) return;
    Connection.#open.delete(this.url);
    await this.calls.dispose();
  }
}
