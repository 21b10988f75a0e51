/** An event as it is sent. */
export interface SentEvent {
  eventId: string;
  type: string;
  /** JSON. */
  data: Uint8Array;
  /** JSON. */
  metadata: Uint8Array;
}
