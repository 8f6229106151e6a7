import { parse } from 'cookie';
import type { Request } from 'express';

/** The cookie that holds a limited user token. */
export const AUTH_COOKIE = 'backstage-auth';

/** The token of the `Authorization` header. */
export function getBearerToken(req: Request): string | undefined {
  return req.headers.authorization?.match(/^Bearer[ ]+(\S+)$/i)?.[1];
}

/** The token of the `backstage-auth` cookie. */
export function getCookieToken(req: Request): string | undefined {
  const { cookie } = req.headers;
  return (cookie && parse(cookie)[AUTH_COOKIE]) || undefined;
}
