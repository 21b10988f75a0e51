/** An event as it is sent. */
export interface SentEvent {
  eventId: string;
  type: string;
  /** JSON. */
  data: Uint8Array;
  /** JSON. */
  metadata: Uint8Array;
}

/** What an event counts against MOST_APPEND_BYTES. */
export function bytesOf({ type, data, metadata }: Pick<SentEvent, 'type' | 'data' | 'metadata'>): number {
  return data.length + metadata.length + 2 * type.length;
}
