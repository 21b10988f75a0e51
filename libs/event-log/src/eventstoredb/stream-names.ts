import { CLOCK_STREAM, CUSTOMER_STREAM_PREFIX, customerIdOf, PROGRAM_STREAM } from '../streams.js';

/** How the log's streams are named on the server, which has others beside them: its own, mirrors, other logs. */
export class StreamNames {
  /** What the names of the log's streams begin with; some others may begin so too. */
  readonly prefixes: readonly string[];

  /** @param namespace what stands before the names of this log's streams on the server. */
  constructor(private readonly namespace: string) {
    this.prefixes = [CUSTOMER_STREAM_PREFIX, PROGRAM_STREAM, CLOCK_STREAM].map((name) => namespace + name);
  }

  onServer(stream: string): string {
    return this.namespace + stream;
  }

  /** The stream of this log that has a name on the server, null when it is none of this log's. */
  inLog(name: string): string | null {
    if (!name.startsWith(this.namespace)) return null;
    const stream = name.slice(this.namespace.length);
    return customerIdOf(stream) !== null || stream === PROGRAM_STREAM || stream === CLOCK_STREAM ? stream : null;
  }
}
