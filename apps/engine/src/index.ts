export { createApp } from './create-app.js';
export { type EngineConfig, readConfig } from './config/engine-config.js';
