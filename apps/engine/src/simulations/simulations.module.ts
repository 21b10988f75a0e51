import { Module } from '@nestjs/common';
import { SimulationsController } from './simulations.controller.js';
import { Simulations } from './simulations.js';

/** What would be, under a program that is not published. */
@Module({ controllers: [SimulationsController], providers: [Simulations] })
export class SimulationsModule {}
