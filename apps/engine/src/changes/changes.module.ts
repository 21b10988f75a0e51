import { Module } from '@nestjs/common';
import { ReadChangesHandler } from './change-queries.js';
import { ChangesController } from './changes.controller.js';
import { LiveFeed } from './live-feed.js';

/** What subscribers are told. */
@Module({ controllers: [ChangesController], providers: [LiveFeed, ReadChangesHandler] })
export class ChangesModule {}
