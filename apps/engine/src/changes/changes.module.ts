import { Module } from '@nestjs/common';
import { ReadChangesHandler } from './change-queries.js';
import { ChangesController } from './changes.controller.js';
import { LiveFeed } from './live-feed.js';
import { StreamMirror } from './stream-mirror.js';

/** What subscribers are told. */
@Module({
  controllers: [ChangesController],
  providers: [LiveFeed, ReadChangesHandler, StreamMirror],
  exports: [StreamMirror],
})
export class ChangesModule {}
