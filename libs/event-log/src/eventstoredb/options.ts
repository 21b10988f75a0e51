export interface EventStoreLogOptions {
  /**
   * Connection string: `esdb://user:password@host:2113?tls=true`, several hosts with commas, `esdb+discover://` for a
   * cluster. Credentials and certificates go in here.
   */
  url: string;
  /** How long the server may take to answer an append, or be silent within a read, milliseconds. Default 10,000. */
  deadlineMs?: number;
  /** For how long calls are made again while the server is away, milliseconds. Default 30,000. */
  retryForMs?: number;
  /** The first wait before a call is made again, milliseconds; it doubles up to a second. Default 50. */
  firstWaitMs?: number;
  /** How often a subscription that is silent is compared with the head of the log, milliseconds. Default 15,000. */
  watchMs?: number;
  /** Appends that are on their way at once. Default 256. */
  mostInFlight?: number;
  /** Stands before the names of all streams, so that several logs may live in one server. Default nothing. */
  namespace?: string;
}
