/** Injection tokens of what the engine runs on. */
export const CONFIG = Symbol('config');
export const STORES = Symbol('stores');
export const ENGINE_STORE = Symbol('engine-store');
