import type { Handler } from 'express';

/** The routes of the backend. */
export interface RootHttpRouterService {
  /** @throws Error when the path is empty or overlaps with one in use */
  use(path: string, handler: Handler): void;
}
