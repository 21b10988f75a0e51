export { ChangeFeed, feedEnd, type FeedItem, type FeedPage, type FeedQuery } from './change-feed.js';
export { InvalidFeedCursorError } from './cursor.js';
export { FeedWaiters } from './feed-waiters.js';
export { type MirrorHealth, MirrorWorker, type MirrorWorkerOptions } from './mirror/mirror-worker.js';
