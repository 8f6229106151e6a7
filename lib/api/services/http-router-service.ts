import type { Handler } from 'express';

/** Lets requests through that carry no service or user token. */
export interface HttpRouterServiceAuthPolicy {
  /** Relative to the plugin, as path-to-regexp takes it; covers everything below it. */
  path: string;
  allow: 'unauthenticated' | 'user-cookie';
}

/** The routes of a plugin, served below `/api/<pluginId>`. */
export interface HttpRouterService {
  use(handler: Handler): void;
  addAuthPolicy(policy: HttpRouterServiceAuthPolicy): void;
}
