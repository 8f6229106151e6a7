import type { Duplex } from 'node:stream';
import type { Handler, Request } from 'express';

/** Lets requests through that carry no service or user token. */
export interface HttpRouterServiceAuthPolicy {
  /** Relative to the plugin, as path-to-regexp takes it; covers everything below it. */
  path: string;
  allow: 'unauthenticated' | 'user-cookie';
}

/**
 * Takes over the connection of a request that asks for another protocol.
 *
 * @param head - what the client has sent in the new protocol already
 */
export type HttpRouterServiceUpgradeHandler = (
  req: Request,
  socket: Duplex,
  head: Buffer,
) => void | Promise<void>;

/** The routes of a plugin, served below `/api/<pluginId>`. */
export interface HttpRouterService {
  use(handler: Handler): void;
  addAuthPolicy(policy: HttpRouterServiceAuthPolicy): void;
  /**
   * Serves requests below the plugin that ask for another protocol, web sockets for example. They pass
   * the same auth policies as all others, and browsers may send them only from the origins that
   * `backend.cors` or a base URL names. Stock Backstage has no such method.
   *
   * @throws Error when there is a handler already
   */
  onUpgrade?(handler: HttpRouterServiceUpgradeHandler): void;
}
