import { Module } from '@nestjs/common';
import { ExplainController } from './explain.controller.js';
import { ExplainMemberHandler } from './explain-query.js';

/** Why something of a member is as it is. */
@Module({ controllers: [ExplainController], providers: [ExplainMemberHandler] })
export class ExplainModule {}
